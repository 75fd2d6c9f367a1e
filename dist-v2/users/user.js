/** A role, as sessions carry it and routes ask for it. */
export const ROLE_PATTERN = '^[a-z][a-z0-9-]{0,31}$';
//# sourceMappingURL=user.js.map