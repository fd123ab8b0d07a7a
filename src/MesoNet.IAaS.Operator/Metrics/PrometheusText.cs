using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace MesoNet.IAaS.Operator.Metrics;

/// <summary>
/// Writes the gauges of one meter in Prometheus' text format (version 0.0.4 of its exposition formats). Each scrape asks the gauges anew, so
/// nothing is kept between two.
/// </summary>
internal static class PrometheusText
{
    /// <summary>The content type of what is written.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>All gauges of a meter as they are now, by name and then in the order they were measured.</summary>
    public static string Scrape(Meter meter)
    {
        var samples = new SortedDictionary<string, (Instrument Instrument, StringBuilder Lines)>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter, meter)) self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            if (!samples.TryGetValue(instrument.Name, out var sample)) samples[instrument.Name] = sample = (instrument, new());
            AppendSample(sample.Lines, instrument.Name, tags, value);
        });
        listener.Start();
        listener.RecordObservableInstruments();

        var text = new StringBuilder();
        foreach (var (name, (instrument, lines)) in samples)
            text.Append($"# HELP {name} {Escape(instrument.Description ?? "", isLabel: false)}\n# TYPE {name} gauge\n").Append(lines);
        return text.ToString();
    }

    private static void AppendSample(StringBuilder lines, string name, ReadOnlySpan<KeyValuePair<string, object?>> tags, double value)
    {
        lines.Append(name);
        for (var i = 0; i < tags.Length; i++)
            lines.Append(i == 0 ? '{' : ',').Append(tags[i].Key).Append("=\"").Append(Escape(tags[i].Value?.ToString() ?? "", isLabel: true)).Append('"');
        if (tags.Length > 0) lines.Append('}');
        lines.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Escape(string text, bool isLabel)
    {
        text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return isLabel ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }
}
