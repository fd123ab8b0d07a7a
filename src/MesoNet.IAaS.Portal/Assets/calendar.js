// Draws the site's calendar: what is booked of each device hour by hour, below the line of what there is. The table beside it says the same.
document.addEventListener("DOMContentLoaded", async () => {
  const place = document.querySelector("[data-hours]");
  if (!place) return;
  const answer = await fetch(place.dataset.hours);
  if (!answer.ok) return;
  const { zone, hours, resources } = await answer.json();
  const words = place.dataset;
  const width = () => Math.max(280, Math.min(place.clientWidth || 600, 1000));
  const stepped = uPlot.paths.stepped({ align: 1 });
  const charts = resources.map(resource => new uPlot({
    title: resource.name,
    width: width(),
    height: 220,
    tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), zone),
    scales: { y: { range: (_, low, high) => [0, Math.max(1, resource.capacity, high) * 1.1] } },
    axes: [{ values: [[86400, "{DD}/{MM}", null, null, null, null, null, null, 1], [3600, "{HH}:{mm}", "\n{DD}/{MM}", null, null, null, null, null, 1]] }, { size: 60 }],
    series: [
      { label: words.hour, value: "{DD}/{MM} {HH}:{mm}" },
      { label: words.booked, stroke: "#0b57d0", fill: "#0b57d033", width: 2, paths: stepped },
      { label: words.capacity, stroke: "#1e6b34", width: 2, dash: [6, 4] },
    ],
  }, [hours, resource.booked, hours.map(() => resource.capacity)], place));
  addEventListener("resize", () => charts.forEach(chart => chart.setSize({ width: width(), height: 220 })));
});
