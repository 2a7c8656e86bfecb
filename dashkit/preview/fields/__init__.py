"""Fields of frames: their names, the options that apply to them, and what their values are reduced to."""
