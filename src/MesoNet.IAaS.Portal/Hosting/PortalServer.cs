using System.Text.Unicode;
using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Watching;
using MesoNet.IAaS.Portal.Activity;
using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Waiting;
using MesoNet.IAaS.Portal.Work;
using MesoNet.IAaS.Portal.Workspaces;
using MesoNet.IAaS.Resources.Platforms;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.WebEncoders;

namespace MesoNet.IAaS.Portal.Hosting;

/// <summary>The portal's web server.</summary>
internal static class PortalServer
{
    /// <summary>
    /// Builds the server once the cluster has told all there is: before that it would send everybody away. Runs until cancelled; the API server may be
    /// away meanwhile, and everything that was known goes on being so.
    /// </summary>
    public static async Task RunAsync(PortalOptions options, KubernetesConnection connection, WatcherTimes times, TimeProvider time, CancellationToken cancellationToken)
    {
        using var client = new KubernetesClient(connection, time, "mesonet-portal");
        var keys = await LoadKeysAsync(client, options, time, cancellationToken);
        await using var app = Build(options, client, keys, times, time);
        var site = app.Services.GetRequiredService<SiteView>();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = site.RunAsync(ending.Token);
        await await Task.WhenAny(watching, site.WaitUntilSyncedAsync(ending.Token));
        await app.StartAsync(cancellationToken);
        await Task.WhenAny(watching, app.WaitForShutdownAsync(ending.Token));
        await ending.CancelAsync();
        await app.StopAsync(CancellationToken.None);
        try
        {
            await watching;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
        }
    }

    // The cluster may be about to start, or to be installed.
    private static async Task<SiteKeys> LoadKeysAsync(KubernetesClient client, PortalOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await SiteKeys.LoadAsync(client, options.Namespace, cancellationToken);
            }
            catch (Exception exception) when (exception is KubernetesApiException or HttpRequestException or TimeoutException)
            {
                await Console.Error.WriteLineAsync($"The portal's keys in the namespace {options.Namespace} cannot be read or made yet: {exception.Message}");
                await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            }
        }
    }

    private static WebApplication Build(PortalOptions options, KubernetesClient client, SiteKeys keys, WatcherTimes times, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            // The pages are this program's, whichever program it is part of: tests hold it as a library.
            ApplicationName = typeof(PortalServer).Assembly.GetName().Name,
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseUrls($"http://{options.Listen}");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
            console.UseUtcTimestamp = true;
        });
        // A line per request is nginx's to write.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter(typeof(Identity.OpenId.OpenIdHandler).FullName, LogLevel.Warning);
        // That pages are kept nowhere is said by them as well, and the keys lie in a Secret, which the cluster encrypts or not.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Error);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        var services = builder.Services;
        services.AddSingleton(options).AddSingleton(options.Platforms).AddSingleton(client).AddSingleton(time).AddSingleton(times).AddSingleton<SiteChanges>().AddSingleton<SiteView>();
        services.AddSingleton(new Links(keys.ForLinks)).AddSingleton(new Passes(keys.ForLinks, time)).AddSingleton<GatewayDecision>().AddSingleton<GatewayEntry>().AddSingleton<SeatDoor>().AddSingleton<SeatWishes>();
        services.AddSingleton<LessonEnds>().AddSingleton<ResourceEvents>().AddSingleton<SeatVisits>().AddSingleton<SeatActions>();
        services.AddSingleton<PodQuestion>().AddSingleton<ActivityQuestion>().AddSingleton<AskSeat>(provider => provider.GetRequiredService<ActivityQuestion>().AskAsync).AddSingleton<OpenClasses>();
        services.AddSingleton<WorkspaceDoor>().AddSingleton<WorkspaceActions>().AddSingleton<WorkspaceLog>();
        services.AddSingleton<ReaderWishes>().AddSingleton<ReaderClient>().AddSingleton<CodeWishes>();
        services.AddDataProtection().SetApplicationName("mesonet-portal");
        services.Configure<KeyManagementOptions>(management => management.XmlRepository = keys);
        var authentication = services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            cookie.Cookie.Name = options.SessionCookie;
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.Path = "/";
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = options.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            cookie.SlidingExpiration = true;
            cookie.LoginPath = "/";
            cookie.TimeProvider = time;
            cookie.Events.OnValidatePrincipal = Sessions.EndWhenOldAsync;
        });
        Identity.OpenId.OpenIdSignIn.Add(services, authentication, options, time);
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = options.IsSecure ? "__Host-mesonet-form" : "mesonet-form";
            antiforgery.Cookie.SecurePolicy = options.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            antiforgery.Cookie.Path = "/";
        });
        // Accents as they are: pages are UTF-8.
        services.Configure<WebEncoderOptions>(encoders => encoders.TextEncoderSettings = new(UnicodeRanges.All));
        CompressedAttribute.Add(services);
        services.AddRazorPages();
        var app = builder.Build();
        // Where the TLS ends is a proxy's affair; how browsers come is known, whatever arrives here.
        app.Use((context, next) =>
        {
            context.Request.Scheme = options.PublicUrl.Scheme;
            return next(context);
        });
        // Who gets nothing reads why. nginx reads the status alone. What a fault leaves has no headers any more: they are set again.
        app.UseWhen(IsForPeople, pages => pages.UseExceptionHandler("/status/500"));
        app.Use(PageSafety.Apply);
        app.UseWhen(IsForPeople, pages => pages.UseStatusCodePagesWithReExecute("/status/{0}"));
        app.UseRouting();
        CompressedAttribute.Use(app);
        app.UseAuthentication();
        app.UseAuthorization();
        GatewayEndpoints.Map(app);
        LinkEndpoints.Map(app);
        WaitingEndpoints.Map(app);
        ClassEndpoints.Map(app);
        WorkEndpoints.Map(app);
        WorkspaceEndpoints.Map(app);
        LinkLists.CourseLinks.Map(app);
        Admin.SiteHoursEndpoint.Map(app);
        Assets.Map(app);
        app.MapRazorPages();
        return app;
    }

    private static bool IsForPeople(HttpContext context) => !context.Request.Path.StartsWithSegments("/gateway", StringComparison.Ordinal);
}
