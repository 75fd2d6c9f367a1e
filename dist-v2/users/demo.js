/** Accounts with published passwords, for a local run or where DEMO_USERS=true asks for them. */
export const demoUsers = [
    { id: 1, email: 'alice@example.com', name: 'Alice', password: 'password123', roles: [] },
    { id: 2, email: 'bob@example.com', name: 'Bob', password: 'secret456', roles: [] },
    { id: 3, email: 'admin@example.com', name: 'Admin', password: 'admin789', roles: ['admin'] }
];
/**
 * Adds the demo accounts that are missing. An account that exists under one of these emails or ids stays as it is. Several instances may do this at once.
 */
export async function ensureDemoUsers(users, passwords) {
    const present = new Set((await users.list(0, demoUsers.length)).map(user => user.id));
    for (const { password, ...user } of demoUsers.filter(({ id }) => !present.has(id))) {
        await users.add({ ...user, passwordHash: await passwords.hash(password) });
    }
}
/**
 * Makes sure that no published password opens an account, such as on a database that was once used with demo accounts.
 * Nothing is hashed for an email that nobody has.
 * @throws Error that names the accounts and what to do
 */
export async function refuseDemoUsers(users, { authenticate }) {
    const open = [];
    for (const { email, password } of demoUsers) {
        const { user } = await users.findForLogin(email);
        if (user !== null && await authenticate(email, password) !== null)
            open.push(email);
    }
    if (open.length > 0)
        throw new Error(advice(open));
}
function advice(emails) {
    const commands = emails.map(email => `  npm run users -- disable ${email}     or     npm run users -- set-password ${email}`);
    return `Demo accounts can log in with their published passwords although DEMO_USERS is not true: ${emails.join(', ')}. ` +
        `Close them, or allow them with DEMO_USERS=true:\n${commands.join('\n')}`;
}
//# sourceMappingURL=demo.js.map