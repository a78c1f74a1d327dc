"""Steps from one schema of the exam store to the next, run when a store is opened."""
