// Draws what a workspace uses over time, and writes it as sentences too; asked anew each minute while the page is looked at.
document.addEventListener("DOMContentLoaded", () => {
  const place = document.querySelector("[data-usage]");
  if (!place) return;
  const width = () => Math.max(280, Math.min(place.clientWidth || 600, 1000));
  let charts = [];
  const draw = async () => {
    if (document.hidden) return;
    const answer = await fetch(place.dataset.usage).catch(() => null);
    if (!answer?.ok) return;
    const { zone, time, used, asked, times, charts: lines, sentences } = await answer.json();
    charts.forEach(chart => chart.destroy());
    place.replaceChildren(...sentences.map(sentence => Object.assign(document.createElement("p"), { textContent: sentence })));
    // One measurement is no line.
    charts = times.length < 2 ? [] : lines.map(line => new uPlot({
      title: line.title,
      width: width(),
      height: 180,
      tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), zone),
      scales: { y: { range: (_, low, high) => [0, Math.max(line.asked ?? 0, high ?? 0, 0.1) * 1.1] } },
      axes: [{ values: [[3600, "{HH}:{mm}", "\n{DD}/{MM}", null, null, null, null, null, 1], [60, "{HH}:{mm}", null, null, null, null, null, null, 1]] }, { size: 60 }],
      series: [
        { label: time, value: "{DD}/{MM} {HH}:{mm}" },
        { label: used, stroke: "#0b57d0", fill: "#0b57d033", width: 2 },
        ...(line.asked === null ? [] : [{ label: asked, stroke: "#1e6b34", width: 2, dash: [6, 4] }]),
      ],
    }, [times, line.values, ...(line.asked === null ? [] : [times.map(() => line.asked)])], place));
  };
  draw();
  setInterval(draw, 60_000);
  addEventListener("resize", () => charts.forEach(chart => chart.setSize({ width: width(), height: 180 })));
});
