import { Type } from '@sinclair/typebox';
import { serviceError } from "../sessions/errors.js";
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH, weaknessOf } from "../users/passwords/guessable.js";
/** One that is to be an account's from now on. */
export const NewPasswordSchema = Type.String({
    minLength: PASSWORD_MIN_LENGTH,
    maxLength: PASSWORD_MAX_LENGTH,
    description: 'Any characters, counted by Unicode code point. Not a common password, not a few characters over and over or in a row, and not one made of the email, the name or the name of this service.',
    examples: ['seven otters sing']
});
/** Bytes: more than two of the longest passwords in any spelling, or one and whatever else an account has. */
export const PASSWORDS_BODY_LIMIT = 32_768;
/** @throws ServiceError `password_too_common` */
export function assertHardToGuess(password, account) {
    const reason = weaknessOf(password, account);
    if (reason !== null)
        throw serviceError('password_too_common', advice[reason], { extras: { reason } });
}
const advice = {
    common: 'The new password is a common one, a single word, or a few characters over and over or in a row: that is what guessers try first. Choose another.',
    context: 'Without the words of the email, of the name and of this service, the new password has fewer than 8 characters, or is a common one. Choose another.'
};
//# sourceMappingURL=new-password.js.map