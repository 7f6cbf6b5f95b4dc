/** Fields that carry a secret, in whatever body: neither kept, nor repeated in an answer. */
const SECRET_FIELD = /password|secret|token|api_?key|webhook|^(?:current|code)$/i;

export const isSecretField = (name: string): boolean => SECRET_FIELD.test(name);
