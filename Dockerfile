# Serves the lens's page:
#   docker build --tag darkroom .
#   docker run --rm --publish 127.0.0.1:8000:8000 darkroom
# Its log shows the address, with a key that works once.
FROM python:3.12-slim
WORKDIR /darkroom
COPY . .
RUN VENV=/venv scripts/setup.sh lens
EXPOSE 8000
ENTRYPOINT ["/venv/bin/darkroom", "page", "--host", "0.0.0.0"]
