import type { ProblemTexts } from './problem-texts.ts';

export const problemsJa: ProblemTexts = {
  ACCESS_KEY_ID_MISSING: ['AccessKey ID を入力してください。', ''],
  ACCESS_KEY_ID_TOO_LONG: ['AccessKey ID は {most} 文字以内です。', ''],
  ACCESS_KEY_SECRET_MISSING: ['AccessKey シークレットを入力してください。', ''],
  PASSWORD_TOO_SHORT: ['パスワードは {least} 文字以上にしてください。', ''],
  PASSWORD_TOO_LONG: ['パスワードは {most} 文字以内にしてください。', ''],
  PASSWORDS_DIFFER: ['2 つのパスワードが一致しません。', '同じパスワードを 2 回入力してください。'],
  CONTROL_NETWORK_MISSING: ['制御ネットワークの種類を選択してください。', ''],
  MESSAGE_NETWORK_MISSING: ['メッセージチャネルのネットワークの種類を選択してください。', ''],
  CERTIFICATE_MISSING: ['証明書ファイルを選択するか、その内容を貼り付けてください。', ''],
  NETWORK_NOT_IN_CERTIFICATE: [
    '証明書には、このネットワークのコントロールプレーンのアドレスがありません。',
    'もう一方のネットワークを選択してください。',
  ],
  MESSAGE_NETWORK_NOT_IN_CERTIFICATE: [
    '証明書には、このネットワークのメッセージブローカーのアドレスがありません。',
    'もう一方のネットワークを選択してください。',
  ],
  ACCESS_KEY_DISABLED: ['この AccessKey は無効化されています。', '新しい AccessKey を作成して使用してください。'],
  ACCESS_KEY_EXPIRED: ['この AccessKey は期限切れです。', '新しい AccessKey を作成して使用してください。'],
  ACCESS_KEY_GROUP_MISSING: [
    'この AccessKey では、ゲートウェイのリソースグループにアクセスできなくなりました。',
    '権限のある AccessKey に交換してください。',
  ],
  ACCESS_KEY_NOT_STORED: [
    'AccessKey のシークレットがゲートウェイから失われたため、所有を証明できません。',
    'このページで AccessKey を入力し直してください。',
  ],
  ACCESS_KEY_REVOKED: [
    'ゲートウェイの AccessKey は取り消されています。',
    'AccessKey を交換してください。待機中のジョブはその後続行されます。',
  ],
  ACCESS_KEY_ROTATED: [
    'AccessKey のシークレットが変更されましたが、ゲートウェイは古いものを使用しています。',
    'このページで新しいシークレットを入力してください。',
  ],
  ACCESS_KEY_SCOPE_MISSING: [
    'この AccessKey には必要な権限がなくなっています。',
    '権限のある AccessKey に交換してください。',
  ],
  ACCESS_KEY_UNKNOWN: [
    'ゲートウェイの AccessKey はすでに存在しません。',
    'AccessKey を交換してください。待機中のジョブはその後続行されます。',
  ],
  IDENTITY_UNPROVED: [
    'ゲートウェイが AccessKey のシークレットの所有を証明していません。',
    'AccessKey を交換してください。',
  ],
  IDENTITY_UNVERIFIED: [
    'AccessKey が有効かどうかを現在確認できません。',
    '確認できるようになれば、ゲートウェイは自動的に処理を続けます。',
  ],
  CERTIFICATE_EXPIRED: [
    '証明書の有効期限が切れています。',
    'このゲートウェイの新しい証明書をダウンロードし、再アクティベートしてください。',
  ],
  CERTIFICATE_INVALID: [
    '有効なゲートウェイ証明書ではありません。',
    'このゲートウェイの証明書をもう一度ダウンロードし、ファイルを変更せずに使用してください。',
  ],
  CERTIFICATE_USED: [
    'この証明書は別のゲートウェイですでに使用されています。',
    '新しい証明書をダウンロードしてください。',
  ],
  CERTIFICATE_VOIDED: [
    'この証明書は新しい証明書に置き換えられています。',
    '最後にダウンロードした証明書を使用してください。',
  ],
  CONTROL_ANSWER_INVALID: [
    'コントロールプレーンのアドレスから、解釈できない応答がありました。',
    '証明書のアドレスと、途中のプロキシを確認してください。',
  ],
  CONTROL_UNREACHABLE: [
    'コントロールプレーンに接続できません。',
    'ゲートウェイのネットワーク、名前解決、ファイアウォールと、コントロールプレーンが動作していることを確認してください。',
  ],
  CONTROL_URL_INSECURE: [
    'コントロールプレーンのアドレスが HTTPS ではありません。',
    'コントロールプレーンを HTTPS で提供し、新しい証明書で再アクティベートしてください。',
  ],
  CREDENTIALS_EXPIRED: [
    'アクティベートに使用した AccessKey は期限切れか、無効化されています。',
    'AccessKey を交換してください。待機中のジョブはその後続行されます。',
  ],
  FORBIDDEN: [
    'この AccessKey には、このゲートウェイをアクティベートする権限がありません。',
    'ゲートウェイのリソースグループに権限のある AccessKey を使用してください。',
  ],
  GATEWAY_DELETED: [
    'このゲートウェイは削除され、処理を行いません。',
    'この仮想マシンを使い続けるには、新しいゲートウェイを作成し、その証明書で再アクティベートしてください。',
  ],
  INSTANCE_CONFLICT: [
    '別のプロセスがこのゲートウェイとして動作しています。',
    'クローンした仮想マシンなど、このゲートウェイの別のコピーを停止してください。',
  ],
  INTERNAL: ['予期しないエラーが発生しました。', '詳細はゲートウェイのログを確認してください。'],
  INVALID_ACCESS_KEY: ['AccessKey ID またはシークレットが正しくありません。', '確認して入力し直してください。'],
  ROOT_ACCOUNT: [
    'このゲートウェイは Alibaba Cloud アカウント自体の AccessKey を使用しており、この AccessKey はアカウントのすべての権限を持ちます。',
    'バックアップに必要な権限だけを持つ RAM ユーザーを作成し、ゲートウェイの AccessKey をそのユーザーのものに交換してください。',
  ],
  TOO_MANY_REQUESTS: ['試行回数が多すぎます。', 'しばらく待ってからもう一度お試しください。'],
  DNS_FAILED: [
    '{host} の名前を解決できません。',
    'ゲートウェイの DNS 設定を確認してください。VPC では 100.100.2.136 と 100.100.2.138 を利用できます。',
  ],
  CONNECTION_REFUSED: [
    '{host} がポート {port} への接続を拒否しました。',
    'ファイアウォールでこのポートを許可し、サービスが動作していることを確認してください。',
  ],
  TIMEOUT: [
    '{host}:{port} から応答がありません。',
    'ファイアウォールでこの宛先とポートへの外向きの接続を許可してください。',
  ],
  UNREACHABLE: ['{host} への経路がありません。', 'ゲートウェイのルートとネットワークの種類を確認してください。'],
  CONNECTION_LOST: [
    '{host}:{port} との接続がすぐに切断されました。',
    '途中のファイアウォールとプロキシを確認してください。',
  ],
  TLS_FAILED: [
    '{host}:{port} の証明書が信頼できないか、名前が一致しません。',
    '途中のプロキシと、証明書が最新であることを確認してください。',
  ],
  ANSWER_UNEXPECTED: [
    '{host}:{port} で別のサービスが応答しています。',
    '途中のプロキシや認証ページを確認してください。',
  ],
};
