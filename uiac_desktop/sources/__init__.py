"""Where frames come from: files, DICOM, the simulated scan; every source keeps the one contract of base.py."""
