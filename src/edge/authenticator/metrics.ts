import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** How a review ended; the names are the original's, with its slip of the pen. */
export type ReviewResult =
  | 'malformed_request'
  | 'invalid_token'
  | 'sts_error'
  | 'sts_throttling'
  | 'uknown_user'
  | 'success'
  | 'limited';

/** What is counted. */
export interface Metrics {
  readonly review: (result: ReviewResult, seconds: number) => void;
  readonly stsFailure: (region: string) => void;
  readonly stsThrottled: (region: string) => void;
  readonly stsResponse: (region: string, status: number) => void;
  readonly configMapFailure: () => void;
  readonly ec2Call: () => void;
  readonly cache: (result: 'hit' | 'miss' | 'joined' | 'refused') => void;
  /** Counts a limit, and gives its text back. */
  readonly limited: (by: 'identity' | 'source' | 'pending', text: string) => string;
  readonly reloaded: (good: boolean, at: number) => void;
  /** Everything in Prometheus' text form, with its content type. */
  readonly text: () => Promise<{ readonly type: string; readonly body: string }>;
}

/** Regions in labels: whoever makes a token chooses its region, and each label stays for ever. */
const MOST_REGIONS = 64;

/**
 * Makes the metrics: those of aws-iam-authenticator under their names (pkg/metrics/metrics.go; facts §1.11), and those of
 * ours under `causeway_authenticator_`.
 */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const original = (name: string, help: string, labelNames: readonly string[] = []): Counter<string> =>
    new Counter({ name: `aws_iam_authenticator_${name}`, help, labelNames, registers });
  const own = (name: string, help: string, labelNames: readonly string[]): Counter<string> =>
    new Counter({ name: `causeway_authenticator_${name}`, help, labelNames, registers });

  const latency = new Histogram({
    name: 'aws_iam_authenticator_authenticate_latency_seconds',
    help: 'The latency for authenticate call',
    labelNames: ['result'],
    // Prometheus' own default, which the original uses.
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const configMapFailures = original('configmap_watch_failures_total', 'EKS Configmap watch failures');
  const connectionFailures = original('sts_connection_failures_total', 'Sts call could not succeed or timedout', ['StsRegion']);
  const throttling = original('sts_throttling_total', 'Sts call got throttled', ['StsRegion']);
  const responses = original('sts_responses_total', 'Sts responses with error code label', ['ResponseCode', 'StsRegion']);
  original('dynamicfile_failures_total', 'Dynamic file failures (always 0: the backend is not served)');
  const ec2Calls = original('ec2_describe_instances_calls_total', 'Number of EC2 describe instances calls.');
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers });
  gauge('aws_iam_authenticator_dynamic_file_enabled', 'Whether the backend DynamicFile is on (always 0)').set(0);
  gauge('aws_iam_authenticator_dynamic_file_only', 'Whether DynamicFile is the only backend (always 0)').set(0);

  const cache = own('cache_total', 'Verified tokens found, not found, or being asked for already', ['result']);
  const limits = own('limited_total', 'Reviews that were turned away by a limit', ['by']);
  const reloads = own('config_reloads_total', 'Configurations that were taken, or refused because they are broken', ['result']);
  const good = gauge('causeway_authenticator_config_last_reload_successful', '1 when the newest configuration is in use');
  const since = gauge('causeway_authenticator_config_last_reload_success_timestamp_seconds', 'When the one in use was read');

  const regions = new Set<string>();
  const label = (region: string): string => {
    if (regions.size < MOST_REGIONS) regions.add(region);
    return regions.has(region) ? region : 'other';
  };
  return {
    review: (result, seconds) => latency.observe({ result }, seconds),
    stsFailure: (region) => connectionFailures.inc({ StsRegion: label(region) }),
    stsThrottled: (region) => throttling.inc({ StsRegion: label(region) }),
    stsResponse: (region, status) => responses.inc({ ResponseCode: String(status), StsRegion: label(region) }),
    configMapFailure: () => configMapFailures.inc(),
    ec2Call: () => ec2Calls.inc(),
    cache: (result) => cache.inc({ result }),
    limited: (by, text) => {
      limits.inc({ by });
      return text;
    },
    reloaded: (isGood, at) => {
      reloads.inc({ result: isGood ? 'success' : 'failure' });
      good.set(isGood ? 1 : 0);
      if (isGood) since.set(at / 1000);
    },
    text: async () => ({ type: registry.contentType, body: await registry.metrics() }),
  };
}
