using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsvHelper;
using CsvHelper.Configuration;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.Portal.Work;

/// <summary>
/// What a teacher corrects in: a folder for each student, the same below <c>late</c> for what came after the deadline, and beside them
/// <c>rendus.csv</c>, <c>diff</c> (against the course's code) and <c>manifests</c>. Nothing that a student named can lie outside it.
/// </summary>
/// <param name="target">Where it is put.</param>
/// <param name="course">The course.</param>
/// <param name="students">The students whose work it is: the course's, or those of a teacher's groups.</param>
internal sealed class CollectedWork(IWorkTarget target, ClassroomEnvironment course, IReadOnlyList<Student> students)
{
    private const string Late = "late";
    private const string Table = "rendus.csv";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly List<Row> rows = [];
    private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase) { Late, "diff", "manifests", Table };
    private readonly Dictionary<string, string> namesOfSeats = new(StringComparer.Ordinal);
    private Row? current;

    /// <summary>Of how many students there is work in time.</summary>
    public int InTime => rows.Count(row => row is { IsLate: false, Problem: null });

    /// <summary>Of how many there is work that came after the deadline.</summary>
    public int TooLate => rows.Count(row => row is { IsLate: true, Problem: null });

    /// <summary>Who is on the roster and has no work.</summary>
    public IEnumerable<string> Without => students.Select(student => student.Login)
        .Where(login => !rows.Exists(row => string.Equals(row.Login, login, StringComparison.OrdinalIgnoreCase) && row.Problem is null));

    /// <summary>The next piece of work, by its manifest.</summary>
    public Task BeginAsync(bool isLate, string seat, JsonNode manifest, CancellationToken cancellationToken)
    {
        var login = manifest["login"]?.GetValue<string>() ?? seat;
        current = new(login, NameOf(seat, login), isLate, manifest);
        rows.Add(current);
        return AddTextAsync(["manifests", .. LateFolder(current), $"{current.Name}.json"], manifest.ToJsonString(Indented), cancellationToken);
    }

    /// <summary>Its files. What was changed on the way is refused.</summary>
    /// <exception cref="WorkDamagedException">The archive is not the one of the manifest.</exception>
    public async Task UnpackAsync(Stream archive, CancellationToken cancellationToken)
    {
        string[] folder = [.. LateFolder(current!), current!.Name];
        await target.AddFolderAsync(folder, cancellationToken);
        using var hash = SHA256.Create();
        await using (var hashed = new CryptoStream(archive, hash, CryptoStreamMode.Read, leaveOpen: true))
        {
            await using (var unpacked = new GZipStream(hashed, CompressionMode.Decompress, leaveOpen: true))
            await using (var reader = new TarReader(unpacked, leaveOpen: true))
            {
                var given = new HashSet<string>(StringComparer.Ordinal);
                while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
                {
                    if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || WorkNames.PathOf(entry.Name, given) is not { } path) continue;
                    await target.AddFileAsync([.. folder, .. path], entry.DataStream ?? Stream.Null, cancellationToken);
                }

                await unpacked.CopyToAsync(Stream.Null, cancellationToken);
            }

            await hashed.CopyToAsync(Stream.Null, cancellationToken);
        }

        if (Convert.ToHexStringLower(hash.Hash!) != current.Manifest["archive"]?["sha256"]?.GetValue<string>())
            throw new WorkDamagedException($"The archive of {current.Login} is not the one that its manifest says. Collect again; if it stays so, ask the administrator to check the submissions' volume.");
    }

    /// <summary>Its differences from the course's code.</summary>
    public Task AddDiffAsync(Stream diff, CancellationToken cancellationToken) =>
        target.AddFileAsync(["diff", .. LateFolder(current!), $"{current!.Name}.diff"], diff, cancellationToken);

    /// <summary>The table: first who is on the roster and handed nothing in.</summary>
    public async Task AddTableAsync(CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        // What a login or a file says is no formula.
        await using (var writer = new CsvWriter(new StreamWriter(bytes, leaveOpen: true), new CsvConfiguration(CultureInfo.InvariantCulture) { InjectionOptions = InjectionOptions.Escape }))
        {
            foreach (var title in new[] { "login", "group", "handed in at", "late", "by", "extension", "files changed", "bytes", "folder", "remark" }) writer.WriteField(title);
            await writer.NextRecordAsync();
            foreach (var login in Without.Where(login => !rows.Exists(row => string.Equals(row.Login, login, StringComparison.OrdinalIgnoreCase))).Order(StringComparer.Ordinal))
            {
                foreach (var field in new[] { login, GroupOf(login), "", "", "", "", "", "", "", "nothing yet" }) writer.WriteField(field);
                await writer.NextRecordAsync();
            }

            foreach (var row in rows.OrderBy(row => row.Login, StringComparer.Ordinal).ThenBy(row => row.IsLate))
            {
                foreach (var field in Fields(row)) writer.WriteField(field);
                await writer.NextRecordAsync();
            }
        }

        bytes.Position = 0;
        await target.AddFileAsync([Table], bytes, cancellationToken);
    }

    private async Task AddTextAsync(IReadOnlyList<string> path, string text, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        await target.AddFileAsync(path, content, cancellationToken);
    }

    private IEnumerable<string> Fields(Row row)
    {
        var manifest = row.Manifest;
        var left = manifest["left"]?.AsArray().Count ?? 0;
        return
        [
            row.Login, GroupOf(row.Login), row.Problem is null ? LocalTime(manifest["requestedAt"] ?? manifest["deadline"]) : "", row.IsLate || row.ChangedAfterDeadline > 0 ? "yes" : "no",
            manifest["by"]!.GetValue<string>(), manifest["extended"]!.GetValue<bool>() ? LocalTime(manifest["deadline"]) : "", manifest["changedFiles"]?.ToString() ?? "",
            manifest["bytes"]?.ToString() ?? "", row.Problem is null ? string.Join('/', [.. LateFolder(row), row.Name]) : "",
            row.Problem ?? string.Join("; ", Remarks(row, left)),
        ];
    }

    // A Job may come late, while the notebook goes on.
    private IEnumerable<string> Remarks(Row row, int left)
    {
        if (row.ChangedAfterDeadline is > 0 and var changed) yield return $"{changed} file{(changed == 1 ? " was" : "s were")} changed after the deadline: it was taken at {LocalTime(row.Manifest["takenAt"])}";
        if (left > 0) yield return $"{left} not taken: see the manifest";
    }

    private string GroupOf(string login) => students.FirstOrDefault(student => student.Login == login)?.Group ?? "";

    private string LocalTime(JsonNode? moment) => moment is not null && InstantPattern.General.Parse(moment.GetValue<string>()).TryGetValue(default, out var instant) && LocalTimes.Zone(course.Spec) is { } zone
        ? instant.InZone(zone).ToString("uuuu'-'MM'-'dd HH':'mm':'ss", CultureInfo.InvariantCulture)
        : "";

    private static string[] LateFolder(Row row) => row.IsLate ? [Late] : [];

    // A login may hold nearly anything; one that would be no good name for a folder has its seat's.
    private string NameOf(string seat, string login)
    {
        if (namesOfSeats.TryGetValue(seat, out var known)) return known;
        var isPlain = login.Length is > 0 and <= 100 && char.IsAsciiLetterOrDigit(login[0]) && login[^1] != '.' && login.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' or '@');
        var name = isPlain && names.Add(login) ? login : $"seat-{ObjectNames.Slug(seat)}";
        return namesOfSeats[seat] = name;
    }

    private sealed record Row(string Login, string Name, bool IsLate, JsonNode Manifest)
    {
        // Of one without an archive there is nothing to correct, whatever its manifest says.
        public string? Problem => Manifest["error"]?.GetValue<string>() ?? (Manifest["archive"] is null ? "its archive is no longer there" : null);

        public int ChangedAfterDeadline => Manifest["changedAfterDeadline"]?.GetValue<int>() ?? 0;
    }
}
