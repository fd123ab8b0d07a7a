namespace MesoNet.IAaS.Kubernetes.Requests;

/// <summary>Cuts a stream into lines without making strings of them. A line is valid until the next is read.</summary>
internal sealed class LineReader(Stream stream)
{
    private byte[] buffer = new byte[16 * 1024];
    private int start;
    private int end;

    /// <summary>The next line without its end, or null at the end of the stream. A last line without an end was cut, and is dropped.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        var searched = start;
        while (true)
        {
            var found = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                var line = buffer.AsMemory(start, searched + found - start);
                start = searched + found + 1;
                if (line.Length > 0) return line;
                searched = start;
                continue;
            }

            searched = end;
            if (end == buffer.Length)
            {
                var length = end - start;
                var next = length > buffer.Length / 2 ? new byte[buffer.Length * 2] : buffer;
                buffer.AsSpan(start, length).CopyTo(next);
                (buffer, start, end, searched) = (next, 0, length, length);
            }

            var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
            if (read == 0) return null;
            end += read;
        }
    }
}
