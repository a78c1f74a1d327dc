"""How the pages look and feel: colours, sheet, buttons, panels."""
