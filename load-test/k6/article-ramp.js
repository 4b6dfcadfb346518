// The scenario of ../src/scenarios/article-ramp.ts for k6, for people who use k6 anyway. It is not run by this repository.
//   k6 run -e URL=http://203.0.113.10/calculate -e BODY='{"number":13}' -e PEAK_RPS=6 -e TIME_SCALE=0.25 load-test/k6/article-ramp.js
// Without BODY it sends GET.
import { check } from "k6";
import http from "k6/http";

const peakRps = Number(__ENV.PEAK_RPS || 6);
const timeScale = Number(__ENV.TIME_SCALE || 0.25);
// k6 takes whole rates only, hence a unit of one minute.
const [low, peak] = [peakRps / 6, peakRps].map((rps) => Math.round(rps * 60));
const minutes = (count) => `${Math.round(count * 60 * timeScale)}s`;

export const options = {
  scenarios: {
    article_ramp: {
      executor: "ramping-arrival-rate",
      startRate: low,
      timeUnit: "1m",
      preAllocatedVUs: 50,
      maxVUs: 2000, // below what is needed, k6 drops arrivals instead of sending them
      stages: [
        { duration: minutes(1), target: low },
        { duration: minutes(1), target: peak },
        { duration: minutes(13), target: peak },
        { duration: minutes(2), target: low },
        { duration: minutes(3), target: low },
      ],
    },
  },
  thresholds: { http_req_failed: ["rate==0"], dropped_iterations: ["count==0"] },
};

// biome-ignore lint/style/noDefaultExport: k6 runs the default export
export default function send() {
  const { URL: url, BODY: body } = __ENV;
  const headers = { "content-type": "application/json" };
  const response = http.request(body === undefined ? "GET" : "POST", url, body, { headers, timeout: "30s" });
  check(response, { "status is 200": ({ status }) => status === 200 });
}
