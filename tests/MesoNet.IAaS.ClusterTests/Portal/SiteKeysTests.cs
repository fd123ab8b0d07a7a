using System.Xml.Linq;
using MesoNet.IAaS.Portal.Identity;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;

namespace MesoNet.IAaS.ClusterTests.Portal;

/// <summary>Several portals, as the chart has them, share what sessions are signed with.</summary>
public sealed class SiteKeysTests(ClusterFixture cluster)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Portals_that_start_at_once_on_a_new_site_read_each_others_sessions()
    {
        var ns = await cluster.NewNamespaceAsync();
        var portals = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ProtectorAsync(ns)));
        var sessions = await Task.WhenAll(portals.Select((portal, number) => Task.Run(() => portal.Protect($"session {number}"), Token)));
        foreach (var portal in portals)
        {
            for (var number = 0; number < sessions.Length; number++) Assert.Equal($"session {number}", portal.Unprotect(sessions[number]));
        }
    }

    [Fact]
    public async Task Of_two_keys_that_were_made_at_once_the_first_that_was_kept_is_the_key()
    {
        var ns = await cluster.NewNamespaceAsync();
        var (first, second) = (await SiteKeys.LoadAsync(cluster.Admin, ns, Token), await SiteKeys.LoadAsync(cluster.Admin, ns, Token));
        Assert.Equal(first.ForLinks, second.ForLinks);
        Assert.Empty(first.GetAllElements());
        Assert.Empty(second.GetAllElements());
        first.StoreElement(new("key", "of the first"), "a");
        second.StoreElement(new("key", "of the second"), "b");
        foreach (var keys in new[] { first, second }) Assert.Equal(["of the first"], keys.GetAllElements().Select(key => key.Value));

        // The next, some months later, joins it.
        second.StoreElement(new("key", "of the next"), "c");
        foreach (var keys in new[] { first, second }) Assert.Equal(["of the first", "of the next"], keys.GetAllElements().Select(key => key.Value).Order(StringComparer.Ordinal));
    }

    private async Task<IDataProtector> ProtectorAsync(string ns)
    {
        var keys = await SiteKeys.LoadAsync(cluster.Admin, ns, Token);
        var services = new ServiceCollection();
        services.AddDataProtection().SetApplicationName("mesonet-portal");
        services.Configure<KeyManagementOptions>(management => management.XmlRepository = keys);
        return services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>().CreateProtector("a session");
    }
}
