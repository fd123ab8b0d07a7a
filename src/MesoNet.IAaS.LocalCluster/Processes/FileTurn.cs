namespace MesoNet.IAaS.LocalCluster.Processes;

/// <summary>Turns that processes of one machine take at something: who holds the file open has it, until it is disposed of or its process ends.</summary>
public static class FileTurn
{
    /// <summary>Takes the turn; null where another has it.</summary>
    /// <param name="path">The file, in a folder that is there.</param>
    public static FileStream? TryTake(string path)
    {
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Waits for the turn.</summary>
    /// <param name="path">The file, in a folder that is there.</param>
    /// <param name="betweenTries">How long to wait between two tries.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onWait">Called before each wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<FileStream> TakeAsync(string path, TimeSpan betweenTries, TimeProvider time, Action onWait, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(path) is { } turn) return turn;
            onWait();
            await Task.Delay(betweenTries, time, cancellationToken);
        }
    }
}
