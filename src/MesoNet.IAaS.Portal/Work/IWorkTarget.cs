namespace MesoNet.IAaS.Portal.Work;

/// <summary>Where collected work is put: a folder of this machine, or a zip that a browser is sent.</summary>
internal interface IWorkTarget
{
    /// <summary>A folder, though nothing may come into it.</summary>
    /// <param name="path">Its parts. None of them leads out of the target.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task AddFolderAsync(IReadOnlyList<string> path, CancellationToken cancellationToken);

    /// <summary>A file with a content, with the folders that it lies in.</summary>
    /// <param name="path">Its parts. None of them leads out of the target, and no path is given twice.</param>
    /// <param name="content">The content, which is read to its end.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task AddFileAsync(IReadOnlyList<string> path, Stream content, CancellationToken cancellationToken);
}
