namespace MesoNet.IAaS.LocalCluster.Processes;

/// <summary>Reading logs that somebody else is writing.</summary>
public static class LogFile
{
    private const int TailBytes = 16 * 1024;

    /// <summary>The last lines of a log, or a sentence where there is none.</summary>
    public static string Tail(string path, int lines)
    {
        if (!File.Exists(path)) return $"(there is no {path})";
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(-Math.Min(stream.Length, TailBytes), SeekOrigin.End);
        using var reader = new StreamReader(stream);
        return string.Join('\n', reader.ReadToEnd().TrimEnd().Split('\n').TakeLast(lines));
    }
}
