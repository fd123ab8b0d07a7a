using MesoNet.IAaS.Portal.Work;

namespace MesoNet.IAaS.Cli.Courses;

/// <summary>Collected work as a folder of this machine.</summary>
internal sealed class FolderTarget(string folder) : IWorkTarget
{
    private const int NoRoom = unchecked((int)0x8007001C);

    /// <inheritdoc/>
    public Task AddFolderAsync(IReadOnlyList<string> path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.Combine([folder, .. path]));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task AddFileAsync(IReadOnlyList<string> path, Stream content, CancellationToken cancellationToken)
    {
        var place = Path.Combine([folder, .. path]);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            await using var file = File.Create(place);
            await content.CopyToAsync(file, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or ArgumentException && exception is not { HResult: NoRoom })
        {
            await Console.Error.WriteLineAsync($"mesonet: {Path.Combine([.. path])} cannot be written here ({exception.Message}); it is in the archive.");
        }
    }
}
