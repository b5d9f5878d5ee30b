"""``python -m acrida``: the same as the command."""

from .main import main

if __name__ == "__main__":
    main()
