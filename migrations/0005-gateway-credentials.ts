import { type Kysely, sql } from 'kysely';

/**
 * What is known of the access keys gateways work with: when a gateway last proved its own, why it does not count any more, and which
 * warning of its expiry was given. `secret_changed_at`: a gateway whose proof is older holds a secret that was replaced.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table access_key
    add column if not exists secret_changed_at timestamptz,
    add column expiry_told_days integer,
    add column expiry_told_for timestamptz`,
  `alter table gateway
    add column identity_proved_at timestamptz,
    add column identity_checked_at timestamptz,
    add column identity_trouble jsonb,
    add column credentials_problem jsonb,
    add column expiry_told_days integer,
    add column expiry_told_for timestamptz`,
  'update gateway set identity_proved_at = activated_at, identity_checked_at = activated_at',
  `update gateway set credentials_problem = jsonb_build_object(
      'code', 'ACCESS_KEY_EXPIRED',
      'message', 'The access key this gateway works with has expired or was revoked.',
      'remedy', 'Give the gateway a valid access key: on its own page, by its command line or with replaceGatewayAccessKey.')
    where status = 'CREDENTIALS_EXPIRED'`,
];
