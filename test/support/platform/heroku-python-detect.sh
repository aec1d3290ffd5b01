#!/bin/sh
# Any of these makes it an application in Python.
for file in requirements.txt pyproject.toml setup.py Pipfile manage.py app.py main.py .python-version runtime.txt; do
  [ ! -e "$file" ] || exit 0
done
echo 'No Python project files found in root of source'
exit 100
