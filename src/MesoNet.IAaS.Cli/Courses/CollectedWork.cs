using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsvHelper;
using CsvHelper.Configuration;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.Cli.Courses;

/// <summary>
/// The folder that a teacher corrects in: one for each student, the same below <c>late</c> for what came after the deadline, and beside them
/// <c>rendus.csv</c>, <c>diff</c> (against the course's code) and <c>manifests</c>. Nothing that a student named can lie outside it.
/// </summary>
internal sealed class CollectedWork(string folder, ClassroomEnvironment course, string lesson)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly List<Row> rows = [];
    private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase) { "late", "diff", "manifests", "rendus.csv" };
    private readonly Dictionary<string, string> namesOfSeats = new(StringComparer.Ordinal);
    private Row? current;

    /// <summary>What was collected, in a sentence.</summary>
    public string Sentence
    {
        get
        {
            var onTime = rows.Count(row => row is { IsLate: false, Problem: null });
            var late = rows.Count(row => row is { IsLate: true, Problem: null });
            var without = Without.Count();
            return $"{lesson}: the work of {onTime} student{(onTime == 1 ? "" : "s")} is in {folder}{(late > 0 ? $", {late} more or again in {Path.Combine(folder, "late")}" : "")}"
                + $"{(without > 0 ? $"; {without} without work" : "")}. {Path.Combine(folder, "rendus.csv")} lists them.";
        }
    }

    private IEnumerable<string> Without => (course.Spec.Students ?? []).Select(student => student.Login)
        .Where(login => !rows.Exists(row => string.Equals(row.Login, login, StringComparison.OrdinalIgnoreCase) && row.Problem is null));

    /// <summary>The next piece of work, by its manifest.</summary>
    public void Begin(bool isLate, string seat, JsonNode manifest)
    {
        var login = manifest["login"]?.GetValue<string>() ?? seat;
        current = new(login, NameOf(seat, login), isLate, manifest);
        rows.Add(current);
        var path = Path.Combine(Folder("manifests", isLate), $"{current.Name}.json");
        File.WriteAllText(path, manifest.ToJsonString(Indented));
    }

    /// <summary>Its files. What was changed on the way is refused.</summary>
    public async Task UnpackAsync(Stream archive, CancellationToken cancellationToken)
    {
        var target = Directory.CreateDirectory(Path.Combine(current!.IsLate ? Path.Combine(folder, "late") : folder, current.Name)).FullName;
        using var hash = SHA256.Create();
        await using (var hashed = new CryptoStream(archive, hash, CryptoStreamMode.Read, leaveOpen: true))
        {
            await using (var unpacked = new GZipStream(hashed, CompressionMode.Decompress, leaveOpen: true))
            await using (var reader = new TarReader(unpacked, leaveOpen: true))
            {
                while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
                {
                    if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)) continue;
                    await WriteAsync(target, entry, cancellationToken);
                }

                await unpacked.CopyToAsync(Stream.Null, cancellationToken);
            }

            await hashed.CopyToAsync(Stream.Null, cancellationToken);
        }

        if (Convert.ToHexStringLower(hash.Hash!) != current.Manifest["archive"]?["sha256"]?.GetValue<string>())
            throw new UserMistakeException($"The archive of {current.Login} is not the one that its manifest says. Collect again; if it stays so, ask the administrator to check the submissions' volume.");
    }

    /// <summary>Its differences from the course's code.</summary>
    public async Task WriteDiffAsync(Stream diff, CancellationToken cancellationToken)
    {
        await using var file = File.Create(Path.Combine(Folder("diff", current!.IsLate), $"{current.Name}.diff"));
        await diff.CopyToAsync(file, cancellationToken);
    }

    /// <summary>Writes the table: first who is on the roster and handed nothing in.</summary>
    public void WriteTable()
    {
        // What a login or a file says is no formula.
        using var writer = new CsvWriter(new StreamWriter(Path.Combine(folder, "rendus.csv")), new CsvConfiguration(CultureInfo.InvariantCulture) { InjectionOptions = InjectionOptions.Escape });
        foreach (var title in new[] { "login", "group", "handed in at", "late", "by", "extension", "files changed", "bytes", "folder", "remark" }) writer.WriteField(title);
        writer.NextRecord();
        foreach (var login in Without.Where(login => !rows.Exists(row => string.Equals(row.Login, login, StringComparison.OrdinalIgnoreCase))).Order(StringComparer.Ordinal))
        {
            foreach (var field in new[] { login, GroupOf(login), "", "", "", "", "", "", "", "nothing yet" }) writer.WriteField(field);
            writer.NextRecord();
        }

        foreach (var row in rows.OrderBy(row => row.Login, StringComparer.Ordinal).ThenBy(row => row.IsLate))
        {
            foreach (var field in Fields(row)) writer.WriteField(field);
            writer.NextRecord();
        }
    }

    private IEnumerable<string> Fields(Row row)
    {
        var manifest = row.Manifest;
        var left = manifest["left"]?.AsArray().Count ?? 0;
        return
        [
            row.Login, GroupOf(row.Login), row.Problem is null ? LocalTime(manifest["requestedAt"] ?? manifest["deadline"]) : "", row.IsLate || row.ChangedAfterDeadline > 0 ? "yes" : "no",
            manifest["by"]!.GetValue<string>(), manifest["extended"]!.GetValue<bool>() ? LocalTime(manifest["deadline"]) : "", manifest["changedFiles"]?.ToString() ?? "",
            manifest["bytes"]?.ToString() ?? "", row.Problem is null ? Path.Combine(row.IsLate ? "late" : "", row.Name) : "",
            row.Problem ?? string.Join("; ", Remarks(row, left)),
        ];
    }

    // A Job may come late, while the notebook goes on.
    private IEnumerable<string> Remarks(Row row, int left)
    {
        if (row.ChangedAfterDeadline is > 0 and var changed) yield return $"{changed} file{(changed == 1 ? " was" : "s were")} changed after the deadline: it was taken at {LocalTime(row.Manifest["takenAt"])}";
        if (left > 0) yield return $"{left} not taken: see the manifest";
    }

    private string GroupOf(string login) => course.Spec.Students?.FirstOrDefault(student => student.Login == login)?.Group ?? "";

    private string LocalTime(JsonNode? moment) => moment is not null && InstantPattern.General.Parse(moment.GetValue<string>()).TryGetValue(default, out var instant) && LocalTimes.Zone(course.Spec) is { } zone
        ? instant.InZone(zone).ToString("uuuu'-'MM'-'dd HH':'mm':'ss", CultureInfo.InvariantCulture)
        : "";

    private string Folder(string name, bool isLate)
    {
        var path = isLate ? Path.Combine(folder, name, "late") : Path.Combine(folder, name);
        Directory.CreateDirectory(path);
        return path;
    }

    // A login may hold nearly anything; one that would be no good name for a folder has its seat's.
    private string NameOf(string seat, string login)
    {
        if (namesOfSeats.TryGetValue(seat, out var known)) return known;
        var isPlain = login.Length <= 100 && char.IsAsciiLetterOrDigit(login[0]) && login.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' or '@');
        var name = isPlain && names.Add(login) ? login : $"seat-{ObjectNames.Slug(seat)}";
        return namesOfSeats[seat] = name;
    }

    private static async Task WriteAsync(string target, TarEntry entry, CancellationToken cancellationToken)
    {
        var parts = entry.Name.Split('/').Select(Plain).ToArray();
        if (parts.Any(part => part is "" or "." or "..")) return;
        var path = Path.Combine([target, .. parts]);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var file = File.Create(path);
            if (entry.DataStream is { } content) await content.CopyToAsync(file, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or ArgumentException && exception is not { HResult: NoRoom })
        {
            await Console.Error.WriteLineAsync($"mesonet: {Path.Combine(Path.GetFileName(target), Path.Combine(parts))} cannot be written here ({exception.Message}); it is in the archive.");
        }
    }

    private const int NoRoom = unchecked((int)0x8007001C);

    private static string Plain(string part) => string.Concat(part.Select(letter => char.IsControl(letter) || letter is '\\' or ':' ? '_' : letter));

    private sealed record Row(string Login, string Name, bool IsLate, JsonNode Manifest)
    {
        public string? Problem => Manifest["error"]?.GetValue<string>();

        public int ChangedAfterDeadline => Manifest["changedAfterDeadline"]?.GetValue<int>() ?? 0;
    }
}
