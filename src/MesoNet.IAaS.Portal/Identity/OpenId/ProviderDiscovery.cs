using System.Text.Json;

namespace MesoNet.IAaS.Portal.Identity.OpenId;

/// <summary>
/// What is known of the provider. It is read at the start, and again when somebody signs in and it is old, or a token is signed by a key that is not
/// known; while the provider is away, what was known holds.
/// </summary>
internal sealed class ProviderDiscovery : BackgroundService
{
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    // However many sign in while the provider is away, or with whatever keys: it is asked no more often.
    private static readonly TimeSpan BetweenReads = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(5);
    private readonly OpenIdOptions options;
    private readonly HttpClient http;
    private readonly TimeProvider time;
    private readonly ILogger<ProviderDiscovery> logger;
    private readonly Lock reading = new();
    private ProviderDocument? known;
    private DateTimeOffset readAt = DateTimeOffset.MinValue;
    private DateTimeOffset triedAt = DateTimeOffset.MinValue;
    private Task<ProviderDocument?> lastRead = Task.FromResult<ProviderDocument?>(null);

    /// <param name="options">The provider.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where faults are told.</param>
    public ProviderDiscovery(OpenIdOptions options, TimeProvider time, ILogger<ProviderDiscovery> logger)
    {
        (this.options, this.time, this.logger) = (options, time, logger);
        // What leads elsewhere is not followed: it need not be as safe.
        http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = 1_000_000 };
    }

    /// <summary>What was last read; null where nothing could be so far.</summary>
    public ProviderDocument? Known => known;

    /// <summary>What is known of the provider, read anew where that is old; null where it never answered.</summary>
    public async Task<ProviderDocument?> FindAsync() => known is { } document && time.GetUtcNow() - readAt < Fresh ? document : await ReadAsync() ?? known;

    /// <summary>The provider with the key of a token, if it has it: keys change, and the first token with a new one tells.</summary>
    public async Task<ProviderDocument?> FindAsync(IdToken token) =>
        await FindAsync() is { } document && !document.Keys.Have(token.Algorithm, token.KeyId) ? await ReadAsync() ?? document : known;

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        http.Dispose();
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => ReadAsync();

    // One at a time, for all who wait for it.
    private Task<ProviderDocument?> ReadAsync()
    {
        lock (reading)
        {
            var now = time.GetUtcNow();
            if (!lastRead.IsCompleted || now - triedAt < BetweenReads) return lastRead;
            triedAt = now;
            return lastRead = Task.Run(ReadOnceAsync);
        }
    }

    private async Task<ProviderDocument?> ReadOnceAsync()
    {
        using var ending = new CancellationTokenSource(LongestRead, time);
        try
        {
            var document = ProviderDocument.Read(options.Authority, await GetAsync(ProviderDocument.AddressOf(options.Authority), ending.Token));
            known = document with { Keys = SigningKeys.Read(await GetAsync(document.KeysAddress, ending.Token)) };
            readAt = time.GetUtcNow();
            return known;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or JsonException or OpenIdException)
        {
            logger.LogWarning("The OpenID provider {Authority} cannot be asked what it is: {Message}", options.Authority, exception.Message);
            return null;
        }
    }

    private async Task<JsonElement> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        using var document = JsonDocument.Parse(await http.GetByteArrayAsync(address, cancellationToken));
        return document.RootElement.Clone();
    }
}
