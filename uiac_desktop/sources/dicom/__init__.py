"""DICOM ultrasound as a source, frame by frame."""
