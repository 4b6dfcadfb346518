import { growAbovePercent } from "@autoscaler/scaling-core";
import { PANEL } from "../dashboards/panel-ids.ts";
import type { AlertRule, Words } from "./alert-rule.ts";
import { fleetQueries } from "./queries.ts";
import type { AlertingSettings } from "./settings.ts";

/** Limits of the operator's alarms; none of them is part of the scaling policy. */
export const ALARM_LIMITS = {
  atMaximumSeconds: 300,
  noDataSeconds: 60,
  noBackendSeconds: 20,
  /** A Prometheus that has just started has no tick yet. */
  silentSeconds: 30,
  certificateDays: 14,
  certificateSeconds: 3_600,
  diskPercent: 85,
  diskSeconds: 300,
  stolenPercent: 10,
  stolenSeconds: 600,
} as const;

/** Six ticks, and never less than a minute: a restart of the scaler is no alarm. */
export function silentAfterSeconds({ tickIntervalMs }: Pick<AlertingSettings, "tickIntervalMs">): number {
  return Math.max(60, Math.ceil((6 * tickIntervalMs) / 1000));
}

/** What a person has to look at. */
export function operatorRules(settings: AlertingSettings): readonly AlertRule[] {
  const { pool, policy } = settings;
  const queries = fleetQueries(settings);
  /** What a rule does not say: it fires at once, above 0, and is quiet without data. */
  const usual = { comparison: ">", threshold: 0, forSeconds: 0, withoutData: "quiet" } as const;
  const alarm = (
    severity: "warning" | "critical",
    rule: Omit<AlertRule, "audience" | "labels" | keyof typeof usual> & Partial<AlertRule>,
  ): AlertRule => ({
    ...usual,
    ...rule,
    audience: "operator",
    labels: { pool, severity },
  });
  const words = (en: string, id: string): Words => ({ en, id });

  return [
    alarm("warning", {
      name: "PoolAtMaximum",
      expr: queries.loadAtMaximumPercent,
      threshold: growAbovePercent(policy),
      forSeconds: ALARM_LIMITS.atMaximumSeconds,
      withoutData: "keep",
      summary: words(
        `Pool ${pool} has all its ${policy.maxSize} servers and still runs at {VALUE} % CPU`,
        `Pool ${pool} sudah memakai ${policy.maxSize} server dan CPU masih {VALUE} %`,
      ),
      description: words(
        "Requests get slower. Raise pool.policy.maxSize, or make the servers larger, if this load is wanted.",
        "Permintaan melambat. Naikkan pool.policy.maxSize atau perbesar server bila beban ini memang diharapkan.",
      ),
      panel: { dashboard: "autoscaling", id: PANEL.load },
    }),
    alarm("warning", {
      name: "ServerNeverReady",
      expr: queries.serversNeverReady,
      summary: words(
        `A new server of pool ${pool} did not become ready within ${policy.provision.giveUpSeconds} s`,
        `Server baru untuk pool ${pool} tidak siap dalam ${policy.provision.giveUpSeconds} detik`,
      ),
      description: words(
        "It is removed, and the next try waits longer each time. Until then the pool is too small for its load.",
        "Server itu dihapus, dan percobaan berikutnya menunggu makin lama. Sementara itu pool terlalu kecil.",
      ),
      panel: { dashboard: "autoscaling", id: PANEL.failures },
    }),
    alarm("critical", {
      name: "PoolWithoutData",
      expr: queries.measuredOrNone,
      comparison: "<",
      threshold: 1,
      forSeconds: ALARM_LIMITS.noDataSeconds,
      withoutData: "fire",
      summary: words(`No CPU reading from pool ${pool}`, `Tidak ada data CPU dari pool ${pool}`),
      description: words(
        "The pool keeps its size: without data it never shrinks, and it cannot see that it should grow.",
        "Ukuran pool dipertahankan: tanpa data pool tidak pernah mengecil, tetapi juga tidak tahu harus bertambah.",
      ),
      panel: { dashboard: "autoscaling", id: PANEL.load },
    }),
    alarm("critical", {
      name: "ScalerSilent",
      expr: queries.secondsSinceTick,
      threshold: silentAfterSeconds(settings),
      forSeconds: ALARM_LIMITS.silentSeconds,
      withoutData: "fire",
      summary: words(
        `The scaler of pool ${pool} has not finished a look at the pool for {VALUE} s`,
        `Scaler pool ${pool} tidak menyelesaikan pemeriksaan selama {VALUE} detik`,
      ),
      description: words(
        "The pool serves on with the servers it has, and does not follow its load.",
        "Pool tetap melayani dengan server yang ada, tetapi tidak mengikuti beban.",
      ),
      panel: { dashboard: "autoscaling", id: PANEL.tick },
    }),
    alarm("critical", {
      name: "NoHealthyBackend",
      expr: queries.healthyBackends,
      comparison: "<",
      threshold: 1,
      forSeconds: ALARM_LIMITS.noBackendSeconds,
      withoutData: "fire",
      summary: words(
        `The load balancer has no healthy server of pool ${pool}`,
        `Load balancer tidak punya server sehat untuk pool ${pool}`,
      ),
      description: words(
        "Users get errors now. Look at the service on the seed first.",
        "Pengguna menerima galat sekarang. Periksa layanan di seed terlebih dahulu.",
      ),
      panel: { dashboard: "autoscaling", id: PANEL.backends },
    }),
    alarm("critical", {
      name: "InvariantViolated",
      expr: queries.brokenInvariants,
      summary: words(
        `The scaler of pool ${pool} broke one of its own rules`,
        `Scaler pool ${pool} melanggar aturannya sendiri`,
      ),
      description: words(
        "This is a fault of the scaler. Pause it, keep its log, and report it.",
        "Ini kesalahan scaler. Jeda scaler, simpan lognya, lalu laporkan.",
      ),
      panel: { dashboard: "autoscaling", id: PANEL.violations },
    }),
    alarm("warning", {
      name: "UntrackedMachine",
      expr: queries.untrackedMachines,
      summary: words(
        `A machine with the name of pool ${pool} was not in the scaler's journal`,
        `Ada mesin bernama pool ${pool} yang tidak tercatat di jurnal scaler`,
      ),
      description: words(
        "The scaler takes it over or removes it. Run `npm run audit` to see that no machine or address is left and billed.",
        "Scaler mengambil alih atau menghapusnya. Jalankan `npm run audit` untuk memastikan tidak ada mesin atau IP yang tertinggal dan ditagih.",
      ),
      panel: { dashboard: "autoscaling", id: PANEL.failures },
    }),
    alarm("warning", {
      name: "CertificateEnding",
      expr: queries.certificateDays,
      comparison: "<",
      threshold: ALARM_LIMITS.certificateDays,
      forSeconds: ALARM_LIMITS.certificateSeconds,
      summary: words(
        `The certificate of the load balancer of pool ${pool} ends in {VALUE} days`,
        `Sertifikat load balancer pool ${pool} berakhir dalam {VALUE} hari`,
      ),
      description: words(
        "Traefik renews it 30 days before its end, so the renewal has been failing for two weeks.",
        "Traefik memperbaruinya 30 hari sebelum berakhir, jadi pembaruan sudah gagal selama dua minggu.",
      ),
      panel: { dashboard: "autoscaling", id: PANEL.certificate },
    }),
    alarm("warning", {
      name: "DiskNearlyFull",
      expr: queries.diskPercent,
      threshold: ALARM_LIMITS.diskPercent,
      forSeconds: ALARM_LIMITS.diskSeconds,
      summary: words(
        "The disk of {{ $labels.server }} is {VALUE} % full",
        "Disk {{ $labels.server }} terisi {VALUE} %",
      ),
      description: words(
        "At 100 % Prometheus and the scaler's journal stop writing. Remove what is old, or make the disk larger.",
        "Pada 100 % Prometheus dan jurnal scaler berhenti menulis. Hapus data lama atau perbesar disk.",
      ),
      panel: { dashboard: "servers", id: PANEL.disk },
    }),
    alarm("warning", {
      name: "NeighboursTakeCpu",
      expr: queries.machineStolenPercent,
      comparison: ">",
      threshold: ALARM_LIMITS.stolenPercent,
      forSeconds: ALARM_LIMITS.stolenSeconds,
      withoutData: "quiet",
      summary: words(
        "Neighbours on the same host take {VALUE} % of the CPU time of {{ $labels.server }}",
        "Tetangga di host yang sama mengambil {VALUE} % waktu CPU {{ $labels.server }}",
      ),
      description: words(
        "The host is oversold; the pool counts this time as use. More servers on other hosts help, and so does asking the provider to move the machine.",
        "Host dijual melebihi kapasitasnya; pool menghitung waktu ini sebagai pemakaian. Tambah server di host lain, atau minta penyedia memindahkan mesin ini.",
      ),
      panel: { dashboard: "servers", id: PANEL.stolen },
    }),
  ];
}
