using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Portal.Work;

namespace MesoNet.IAaS.UnitTests.Portal.Work;

/// <summary>Work of students as the task <c>collect</c> would write it.</summary>
internal static class StudentsWork
{
    public static async Task PutAsync(CollectedWork collected, string login, string seat, params (string Name, string Text)[] files)
    {
        var archive = Archive(files);
        await collected.BeginAsync(isLate: false, seat, Manifest(login, Convert.ToHexStringLower(SHA256.HashData(archive))), CancellationToken.None);
        using var stream = new MemoryStream(archive);
        await collected.UnpackAsync(stream, CancellationToken.None);
    }

    /// <summary>The whole stream.</summary>
    public static byte[] Stream(params (bool IsLate, string Login, string Seat, (string Name, string Text)[] Files)[] works)
    {
        using var content = new MemoryStream();
        using (var writer = new TarWriter(content, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (isLate, login, seat, files) in works)
            {
                var archive = Archive(files);
                var place = $"{(isLate ? "late" : "submissions")}/{seat}";
                Write(writer, $"{place}/manifest.json", Encoding.UTF8.GetBytes(Manifest(login, Convert.ToHexStringLower(SHA256.HashData(archive))).ToJsonString()));
                Write(writer, $"{place}/work.tar.gz", archive);
                Write(writer, $"{place}/changes.diff", Encoding.UTF8.GetBytes($"+{login}\n"));
            }
        }

        return content.ToArray();
    }

    public static JsonObject Manifest(string login, string sha256) => new()
    {
        ["login"] = login, ["by"] = "deadline", ["extended"] = false, ["deadline"] = "2026-11-27T22:59:00Z", ["requestedAt"] = null, ["changedFiles"] = 1, ["bytes"] = 1,
        ["left"] = new JsonArray(), ["archive"] = new JsonObject { ["sha256"] = sha256 },
    };

    public static byte[] Archive(params (string Name, string Text)[] files)
    {
        using var content = new MemoryStream();
        using (var packed = new GZipStream(content, CompressionMode.Compress, leaveOpen: true))
        using (var writer = new TarWriter(packed, TarEntryFormat.Pax))
        {
            foreach (var (name, text) in files) Write(writer, name, Encoding.UTF8.GetBytes(text));
        }

        return content.ToArray();
    }

    private static void Write(TarWriter writer, string name, byte[] content) =>
        writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
}
