# Sourced by the commands beside it: hands over to script/bootstrap.py with a Python that is new enough.
# Stands in for nothing else; whatever can be said in Python is said there.

for python in python3.12 python3.11 python3.13 python3.14 python3 python; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        exec "$python" "$(dirname "$0")/bootstrap.py" "$(basename "$0")" "$@"
    fi
done
echo "Rostrum needs Python 3.11 or later: install it (for example: apt install python3 python3-venv) and try again." >&2
exit 1
