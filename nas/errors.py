"""What goes wrong in expected ways, said as what happened and what to do, since the reader is no programmer."""


class NasError(Exception):
    """An expected failure with its advice.

    Parameters
    ----------
    message
        What happened, one line, in the user's words.
    advice
        What to do about it, one line.
    """

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


class GenotypeError(NasError):
    """A text is not a genotype; the message names the spot."""


class ModelFolderError(NasError):
    """A folder is not a model of ours, or does not hold together."""


class DataError(NasError):
    """A data set cannot be used as it is."""


class RunError(NasError):
    """A run folder cannot be started, resumed or read."""
