using System.Xml.Linq;
using MesoNet.IAaS.Portal.Identity;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Secret = MesoNet.IAaS.Kubernetes.Objects.Secret;

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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_Secret_without_the_key_of_links_gets_one_and_keeps_what_it_has(bool hasEmptyEntry)
    {
        var ns = await cluster.NewNamespaceAsync();
        var data = new Dictionary<string, byte[]> { ["other"] = [1, 2, 3] };
        if (hasEmptyEntry) data[SiteKeys.LinkKey] = [];
        await cluster.Admin.CreateAsync(new Secret { Metadata = new() { Name = SiteKeys.SecretName, Namespace = ns }, Type = "Opaque", Data = data }, Token);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        var portals = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => SiteKeys.LoadAsync(cluster.Admin, ns, patience.Token)));
        Assert.All(portals, keys => Assert.Equal(portals[0].ForLinks, keys.ForLinks));
        Assert.Equal(32, portals[0].ForLinks.Length);
        Assert.Equal([1, 2, 3], (await cluster.Admin.GetAsync<Secret>(new(ns, SiteKeys.SecretName), Token)).Data!["other"]);
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
