// Health check of a container: node ops/answers.mjs PORT_NAME /path
const [, , name, path] = process.argv;
const answer = await fetch(`http://127.0.0.1:${process.env[name]}${path}`).catch(() => null);
process.exit(answer?.ok ? 0 : 1);
