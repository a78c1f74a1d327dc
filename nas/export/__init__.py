"""A model as one file that other programs compute: ONNX, or OpenVINO's pair of files, with what they must know."""
