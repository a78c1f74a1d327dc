"""A time within a clip as every row, message and button writes it."""


def clock_text(seconds: float) -> str:
    """Return a time as minutes, seconds and hundredths: ``0:13.40``; with hours from 3600 s on."""
    hundredths = round(max(seconds, 0.0) * 100)
    minutes, rest = divmod(hundredths, 6000)
    hours, minutes = divmod(minutes, 60)
    front = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{front}:{rest // 100:02d}.{rest % 100:02d}"
