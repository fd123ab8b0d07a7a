using System.Net;

namespace MesoNet.IAaS.Kubernetes.Connecting;

/// <summary>
/// Sends each request with the certificates that the connection's files hold now. The files are read again each minute, and before the
/// request that follows a failed connection or a 401. Changed ones make a new handler, and so new connections; watches that are under way
/// on the old one go on until they end.
/// </summary>
internal sealed class FileFollowingHandler : HttpMessageHandler
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMinutes(1);

    private readonly KubernetesConnection connection;
    private readonly CredentialFiles files;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private HttpMessageInvoker current;
    private CredentialTexts? known;
    private DateTimeOffset lookAgainAt;

    public FileFollowingHandler(KubernetesConnection connection, CredentialFiles files, TimeProvider time)
    {
        (this.connection, this.files, this.time) = (connection, files, time);
        current = new(connection.CreateSocketsHandler());
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            var response = await Current().SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.Unauthorized) LookAgain();
            return response;
        }
        catch (HttpRequestException)
        {
            LookAgain();
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) current.Dispose();
        base.Dispose(disposing);
    }

    private void LookAgain()
    {
        lock (gate) lookAgainAt = time.GetUtcNow();
    }

    private HttpMessageInvoker Current()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (now < lookAgainAt) return current;
            lookAgainAt = now + BetweenLooks;
            try
            {
                var texts = files.Read();
                if (texts == known) return current;
                // The old handler is not disposed, since watches may run on it; connections that nobody uses close by themselves.
                current = new(connection.With(texts).CreateSocketsHandler());
                known = texts;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or KubeconfigException)
            {
                // Caught half-way through a replacement: what was good so far may still be, and the next look finds the rest.
            }

            return current;
        }
    }
}
