using System.Globalization;

namespace MesoNet.IAaS.Planning.Quota;

/// <summary>Sizes in words.</summary>
public static class ByteSize
{
    /// <summary>A size as people read it, such as 1.7 GiB.</summary>
    public static string Text(long bytes) => bytes switch
    {
        >= 1L << 40 => Text(bytes, 40, "TiB"),
        >= 1L << 30 => Text(bytes, 30, "GiB"),
        >= 1L << 20 => Text(bytes, 20, "MiB"),
        _ => Text(bytes, 10, "KiB"),
    };

    private static string Text(long bytes, int power, string unit) => $"{(bytes / (double)(1L << power)).ToString("0.#", CultureInfo.InvariantCulture)} {unit}";
}
