// Draws the site's calendar hour by hour: what courses book, upon it what is held for research, upon that what research takes of what lessons leave, below
// the line of what there is. Each has a pattern of its own, not only a colour. The tables beside it say the same.
document.addEventListener("DOMContentLoaded", async () => {
  const place = document.querySelector("[data-hours]");
  if (!place) return;
  const answer = await fetch(place.dataset.hours);
  if (!answer.ok) return;
  const { zone, hours, resources } = await answer.json();
  const words = place.dataset;
  const width = () => Math.max(280, Math.min(place.clientWidth || 600, 1000));
  const stepped = uPlot.paths.stepped({ align: 1 });

  const patternOf = draw => plot => {
    const size = Math.round(8 * devicePixelRatio);
    const tile = Object.assign(document.createElement("canvas"), { width: size, height: size });
    const context = tile.getContext("2d");
    context.scale(size / 8, size / 8);
    draw(context);
    return plot.ctx.createPattern(tile, "repeat");
  };
  const dots = patternOf(context => {
    context.fillStyle = "#fdf0d5";
    context.fillRect(0, 0, 8, 8);
    context.fillStyle = "#8a5a00";
    context.beginPath();
    context.arc(4, 4, 1.4, 0, 2 * Math.PI);
    context.fill();
  });
  const hatch = patternOf(context => {
    context.strokeStyle = "#6d3fb0";
    for (const x of [-4, 4, 12]) {
      context.moveTo(x - 4, 8);
      context.lineTo(x + 4, 0);
    }
    context.stroke();
  });

  const charts = resources.map(resource => {
    const sum = (one, other, sign) => one.map((value, hour) => value + sign * other[hour]);
    // Drawn from the top down, each over the one before: the legend tells the part, and not the sum.
    const layers = [
      { of: resource.yielding, top: sum(resource.booked, resource.yielding, 1), label: words.yielding, stroke: "#6d3fb0", fill: hatch, dash: [2, 3], css: "repeating-linear-gradient(135deg, #6d3fb0 0 1px, transparent 1px 4px)" },
      { of: resource.held, top: resource.booked, label: words.held, stroke: "#8a5a00", fill: dots, css: "radial-gradient(#8a5a00 1px, #fdf0d5 1.5px) 0 0 / 4px 4px" },
      { of: sum(resource.booked, resource.held, -1), top: sum(resource.booked, resource.held, -1), label: words.courses, stroke: "#0b57d0", fill: () => "#b9d0f7", css: "#b9d0f7" },
    ].filter((layer, index) => index === 2 || layer.of.some(value => value > 0));
    return new uPlot({
      title: resource.name,
      width: width(),
      height: 220,
      tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), zone),
      scales: { y: { range: (_, low, high) => [0, Math.max(1, resource.capacity, high) * 1.1] } },
      axes: [{ values: [[86400, "{DD}/{MM}", null, null, null, null, null, null, 1], [3600, "{HH}:{mm}", "\n{DD}/{MM}", null, null, null, null, null, 1]] }, { size: 60 }],
      legend: { markers: { fill: (_, index) => layers[index - 1]?.css ?? "transparent", dash: (_, index) => (layers[index - 1] ? (layers[index - 1].dash ? "dotted" : "solid") : "dashed") } },
      series: [
        { label: words.hour, value: "{DD}/{MM} {HH}:{mm}" },
        ...layers.map(layer => ({
          label: layer.label, stroke: layer.stroke, fill: layer.fill, width: 2, dash: layer.dash, paths: stepped, points: { show: false },
          value: (_, value, series, hour) => (hour === null ? "–" : layer.of[hour]),
        })),
        { label: words.capacity, stroke: "#1e6b34", width: 2, dash: [6, 4] },
      ],
    }, [hours, ...layers.map(layer => layer.top), hours.map(() => resource.capacity)], place);
  });
  addEventListener("resize", () => charts.forEach(chart => chart.setSize({ width: width(), height: 220 })));
});
