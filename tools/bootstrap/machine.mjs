/** For a machine that cannot run the local cloud: one line that has one within minutes. */
const VIRTUAL_MACHINE =
  "for the local cloud use a Linux machine or a virtual one, for example `multipass launch --name autoscaler --cpus 4 --memory 8G --disk 30G` (or `limactl start --cpus 4 --memory 8 --disk 30 template://debian-12`) and run npm start in it";
const STILL_WORKS =
  "the operator's tools and deploying to a real account work from here (`npm ci`, `pulumi up`)";

/** Why the local cloud and its tests cannot run on such a machine, and what to do; undefined when they can. */
export function machineProblem(platform, arch) {
  if (platform !== "linux")
    return `the local cloud and its tests need Linux, this is ${platform}: ${STILL_WORKS}; ${VIRTUAL_MACHINE}${arch === "x64" ? "" : ` with an x86-64 system (limactl start --arch=x86_64: emulated, slow)`}`;
  if (arch !== "x64")
    return `the local cloud and its tests need x86-64, this is ${arch}: its machines get the same programs as the cloud's, and those are built for x86-64 only; ${STILL_WORKS}`;
  return undefined;
}
