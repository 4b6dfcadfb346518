// Shows, for the second under the pointer, a line in every chart and the values in the legends.
const seconds = JSON.parse(document.getElementById("seconds").textContent);
const charts = [...document.querySelectorAll("svg.chart")];
const values = [...document.querySelectorAll("b[data-key]")];
const formats = {
  count: (value) => String(value),
  ms: (value) => (value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`),
  percent: (value) => `${Math.round(value)} %`,
};

function show(second) {
  const entry = seconds[second];
  document.body.classList.toggle("pointing", entry !== undefined);
  for (const chart of charts) {
    const { left, right, end } = chart.dataset;
    const x = Number(left) + ((second + 0.5) / Number(end)) * (Number(right) - Number(left));
    const cursor = chart.querySelector(".cursor");
    cursor.setAttribute("x1", x);
    cursor.setAttribute("x2", x);
  }
  for (const element of values) {
    const value = entry?.[element.dataset.key];
    element.textContent = value === undefined ? "" : formats[element.dataset.format](value);
  }
}

for (const chart of charts) {
  chart.addEventListener("pointermove", (event) => {
    const { left, right, width, end } = chart.dataset;
    const box = chart.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * Number(width);
    const share = (x - Number(left)) / (Number(right) - Number(left));
    show(share < 0 || share > 1 ? -1 : Math.floor(share * Number(end)));
  });
  chart.addEventListener("pointerleave", () => show(-1));
}
