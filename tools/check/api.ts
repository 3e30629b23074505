import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { root, run } from './run.ts';

/**
 * Compares the library's door (src/index.ts) with etc/causeway.api.md, as a list of complaints, or brings the report up
 * to date, or leaves it alone. With `types` the declarations of the whole library are written to that one file.
 *
 * API Extractor reads declarations, so they are emitted to a temporary folder first.
 */
export async function api(options: { report: 'compare' | 'write' | 'leave'; types?: string }): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'causeway-api-'));
  try {
    const emitted = await run('tsc', ['-p', 'tsconfig.types.json', '--outDir', join(folder, 'types')]);
    if (emitted.code !== 0) return [`tsc -p tsconfig.types.json: ${emitted.stdout.trim()}`];
    await mkdir(join(root, 'etc'), { recursive: true });
    const config = ExtractorConfig.prepare({
      configObjectFullPath: join(root, 'api-extractor.json'),
      packageJsonFullPath: join(root, 'package.json'),
      configObject: {
        projectFolder: root,
        mainEntryPointFilePath: join(folder, 'types', 'index.d.ts'),
        newlineKind: 'lf',
        compiler: {
          overrideTsconfig: {
            compilerOptions: {
              target: 'es2024',
              lib: ['es2024'],
              types: ['node'],
              module: 'nodenext',
              moduleResolution: 'nodenext',
              strict: true,
              allowImportingTsExtensions: true,
              noEmit: true,
              skipLibCheck: true,
            },
            files: [join(folder, 'types', 'index.d.ts')],
          },
          skipLibCheck: true,
        },
        apiReport: {
          enabled: options.report !== 'leave',
          reportFileName: 'causeway.api.md',
          reportFolder: join(root, 'etc'),
          reportTempFolder: join(folder, 'report'),
        },
        docModel: { enabled: false },
        tsdocMetadata: { enabled: false },
        dtsRollup: { enabled: options.types !== undefined, untrimmedFilePath: options.types ?? '' },
        messages: {
          compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
          extractorMessageReporting: {
            default: { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: true },
            // There are no release tags: what the door gives is public.
            'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
            // A type that a public one mentions in passing may stay behind the door.
            'ae-forgotten-export': { logLevel: ExtractorLogLevel.None },
            // Its lines name the temporary folder, and biome and readers watch over docs.
            'ae-undocumented': { logLevel: ExtractorLogLevel.None },
          },
          // The docs are plain prose with ARNs and braces in them, no TSDoc markup.
          tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        },
      },
    });
    const complaints: string[] = [];
    const result = Extractor.invoke(config, {
      localBuild: options.report === 'write',
      messageCallback: (message) => {
        message.handled = true;
        if (message.logLevel === ExtractorLogLevel.Error) complaints.push(message.text);
      },
    });
    if (result.apiReportChanged && options.report === 'compare') {
      complaints.push('etc/causeway.api.md is not what src/index.ts exports: `npm run api`, and look at the difference');
    }
    return complaints;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
