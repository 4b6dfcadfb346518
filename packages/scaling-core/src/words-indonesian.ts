import { wordsOf } from "./beside-cpu.ts";
import type { ScalingRate } from "./policy.ts";
import type { Words } from "./words.ts";

export const indonesian: Words = {
  belowMinimum: (size, minimum) => `Pool dengan ${size} server berada di bawah minimum ${minimum}`,
  aboveMaximum: (size, maximum) => `Pool dengan ${size} server berada di atas maksimum ${maximum}`,
  noneWarm: "Belum ada server yang siap dihitung",
  unread: (name, missing, warm) =>
    `${missing} dari ${warm} server tanpa data${name === "cpu" ? "" : ` ${wordsOf(name).indonesian.noun}`}`,
  alertWhileBlind: "Peringatan menyatakan beban tinggi, dan tidak ada data sama sekali",
  manual: "Diminta oleh operator",
  signal(name, value, warmCount) {
    const { indonesian: words, unit } = wordsOf(name);
    return `${words.valueIs} ${decimal(value)} ${unit} pada ${warmCount} server`;
  },
  band(verdict, from, to, name) {
    const where = { within: "di dalam", above: "di atas", below: "di bawah" }[verdict];
    return `${where} rentang ${decimal(from)} sampai ${decimal(to)} ${wordsOf(name).unit}`;
  },
  grows: (from, to) => `bertambah dari ${from} menjadi ${to} server`,
  shrinks: (from, to) => `berkurang dari ${from} menjadi ${to} server`,
  stays: (size) => `tetap ${size} server`,
  enoughComing: ", cukup setelah semuanya siap",
  memoryAlone: (size, target) =>
    `Hanya memori yang meminta ${size} server: bila server menganggur, target ${target} % terlalu dekat dengan memori server yang menganggur.`,
  held: (wanted, to, why) => `diminta ${wanted}, ditahan pada ${to}: ${why}`,
  clamps: (policy, holding) => ({
    "stabilization-up": `harus bertahan ${decimal(policy.scaleUp.stabilizationSeconds)} detik`,
    "stabilization-down": `harus bertahan ${decimal(policy.scaleDown.stabilizationSeconds)} detik`,
    "rate-up": `paling banyak ${rate(policy.scaleUp)}`,
    "rate-down": `paling banyak ${rate(policy.scaleDown)}`,
    "max-size": `maksimumnya ${policy.maxSize}`,
    "create-budget": `paling banyak ${policy.createsPerDay} klona sehari`,
    "min-size": `minimumnya ${policy.minSize}`,
    "paused-up": "penambahan sedang dijeda",
    "paused-down": "pengurangan sedang dijeda",
    "load-unknown": "tidak pernah berkurang tanpa data lengkap",
    "scale-out-in-progress": "server baru masih disiapkan",
    "load-balancer-behind": "load balancer belum mengonfirmasi perubahan terakhir",
    "present-load": `${holding.name === "cpu" ? "beban saat ini" : wordsOf(holding.name).indonesian.noun} akan melebihi ${decimal(holding.target)} ${wordsOf(holding.name).unit} pada server yang lebih sedikit`,
    "manual-floor": "operator meminta paling sedikit sebanyak itu",
    "may-not-leave": "yang lain dilindungi atau masih dibuat",
    "dry-run": "ini hanya uji coba",
  }),
};

function rate({ maxServers, maxPercent, periodSeconds }: ScalingRate): string {
  const parts = [
    ...(maxServers === undefined ? [] : [`${maxServers} server`]),
    ...(maxPercent === undefined ? [] : [`${maxPercent} %`]),
  ];
  return `${parts.join(" atau ")} per ${decimal(periodSeconds)} detik`;
}

/** Indonesian writes a comma before the tenths. */
function decimal(value: number): string {
  return String(value).replace(".", ",");
}
