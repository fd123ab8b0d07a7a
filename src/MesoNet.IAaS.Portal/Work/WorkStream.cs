using System.Formats.Tar;
using System.Text.Json.Nodes;

namespace MesoNet.IAaS.Portal.Work;

/// <summary>What the task <c>collect</c> writes, of each student: a manifest, the work as an archive, and a diff.</summary>
internal static class WorkStream
{
    /// <summary>Puts it where it is collected, as it comes: all work of a course need not fit twice.</summary>
    /// <param name="source">The tar stream.</param>
    /// <param name="collected">Where it goes.</param>
    /// <param name="seats">The seats whose work is wanted; null for all of them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="WorkDamagedException">An archive is not the one of its manifest.</exception>
    public static async Task ReceiveAsync(Stream source, CollectedWork collected, IReadOnlySet<string>? seats, CancellationToken cancellationToken)
    {
        await using var reader = new TarReader(source, leaveOpen: true);
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            var (kind, seat, file) = entry.Name.Split('/') is [var a, var b, var c] ? (a, b, c) : ("", "", "");
            if (seats?.Contains(seat) == false) continue;
            var content = entry.DataStream ?? Stream.Null;
            switch (file)
            {
                case "manifest.json":
                    await collected.BeginAsync(kind == "late", seat, (await JsonNode.ParseAsync(content, cancellationToken: cancellationToken))!, cancellationToken);
                    break;
                case "work.tar.gz":
                    await collected.UnpackAsync(content, cancellationToken);
                    break;
                case "changes.diff":
                    await collected.AddDiffAsync(content, cancellationToken);
                    break;
            }
        }

        // To its end, so that who writes is never left waiting.
        await source.CopyToAsync(Stream.Null, cancellationToken);
    }
}
