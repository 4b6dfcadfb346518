import type { VmInputs } from "../resources/vm.ts";

export const vmInputs: VmInputs = {
  location: "jkt01",
  name: "local-ab12cd-seed",
  osName: "debian",
  osVersion: "12",
  vcpu: 2,
  memoryMib: 2048,
  diskGb: 20,
  networkUuid: "n1",
  cloudInit: "{}",
  reservePublicIp: false,
};
