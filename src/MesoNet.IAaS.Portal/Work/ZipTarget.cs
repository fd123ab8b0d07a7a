using System.IO.Compression;

namespace MesoNet.IAaS.Portal.Work;

/// <summary>
/// Collected work as a zip, written as it comes: nothing of it is held. A zip ends with a list of what is in it, and that is written by
/// <see cref="CompleteAsync"/> alone: one that was given up half-way cannot be taken for a whole one.
/// </summary>
internal sealed class ZipTarget : IWorkTarget
{
    private readonly ZipArchive zip;
    private readonly LateStream late;
    private readonly DateTimeOffset made;

    private ZipTarget(ZipArchive zip, LateStream late, DateTimeOffset made) => (this.zip, this.late, this.made) = (zip, late, made);

    /// <summary>Begins a zip.</summary>
    /// <param name="stream">Where it is written to; it need not be able to go back.</param>
    /// <param name="made">The moment that its files are dated to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ZipTarget> BeginAsync(Stream stream, DateTimeOffset made, CancellationToken cancellationToken)
    {
        var late = new LateStream(stream);
        return new(await ZipArchive.CreateAsync(late, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken), late, made);
    }

    /// <inheritdoc/>
    public Task AddFolderAsync(IReadOnlyList<string> path, CancellationToken cancellationToken)
    {
        Entry(path, "/");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task AddFileAsync(IReadOnlyList<string> path, Stream content, CancellationToken cancellationToken)
    {
        // What is not all there must not be ended as if it were: neither is closed where something goes wrong.
        var target = await Entry(path, "").OpenAsync(cancellationToken);
        await content.CopyToAsync(target, cancellationToken);
        await target.DisposeAsync();
        await late.FlushAsync(cancellationToken);
    }

    /// <summary>Writes the list of what is in it: now it is whole.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await zip.DisposeAsync();
        await late.FlushAsync(cancellationToken);
    }

    private ZipArchiveEntry Entry(IReadOnlyList<string> path, string end)
    {
        var entry = zip.CreateEntry(string.Join('/', path) + end, CompressionLevel.Fastest);
        entry.LastWriteTime = made;
        return entry;
    }
}
