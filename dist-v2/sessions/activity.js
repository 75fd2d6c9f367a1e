/** Why sessions end. The list grows with what can end one; callers should not break on a reason that they do not know. */
export const endReasons = [
    'logged_out', 'ended_by_user', 'ended_by_service', 'ended_all', 'everybody_ended', 'replaced', 'evicted', 'binding_violated', 'reuse_detected', 'expired_idle', 'expired_absolute', 'expired',
    'disabled', 'password_changed', 'roles_changed', 'account_deleted', 'broken'
];
//# sourceMappingURL=activity.js.map