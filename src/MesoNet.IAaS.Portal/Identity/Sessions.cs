using System.Globalization;
using System.Security.Claims;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Identity.OpenId;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace MesoNet.IAaS.Portal.Identity;

/// <summary>Who a browser is, as its session cookie says: written as claims, read as a <see cref="Visitor"/>.</summary>
internal static class Sessions
{
    /// <summary>How long a session of somebody identified lasts after its last use.</summary>
    public static readonly TimeSpan OfIdentified = TimeSpan.FromHours(12);

    /// <summary>How long a browser that an invitation opened a seat to stays bound after its last use: a student comes back each week.</summary>
    public static readonly TimeSpan OfInvited = TimeSpan.FromDays(30);

    /// <summary>How long it lasts at most, however often it is used: then they are identified anew, with the roles that they have by then.</summary>
    public static readonly TimeSpan LongestOfIdentified = TimeSpan.FromHours(24);

    private const string Begun = "begun";
    private const string Login = "login";
    private const string Identified = "identified";
    private const string Role = "role";
    private const string Seat = "seat";

    /// <summary>The visitor of a request, or null for nobody known.</summary>
    public static Visitor? VisitorOf(ClaimsPrincipal? user)
    {
        if (user?.FindFirst(Login)?.Value is not { } login) return null;
        return new(
            login, user.HasClaim(Identified, "true"), user.FindAll(Role).Select(claim => Enum.Parse<SiteRole>(claim.Value)).ToHashSet(),
            [.. user.FindAll(Seat).Select(claim => claim.Value.Split(' ')).Where(parts => parts.Length == 4)
                .Select(parts => new SeatGrant(new ObjectKey(parts[0], parts[1]), parts[2], int.Parse(parts[3], CultureInfo.InvariantCulture)))]);
    }

    /// <summary>
    /// Binds the browser to somebody. Whoever was bound to it before is not any more, unless it is the same student with another course: machines in
    /// classrooms have many users. Such a browser leaves the notebooks that it was let into.
    /// </summary>
    /// <param name="context">The browser's request.</param>
    /// <param name="visitor">Who uses it now.</param>
    /// <param name="goesOnTo">The path of the portal that it goes on to.</param>
    /// <returns>Where it goes next.</returns>
    public static async Task<string> BeginAsync(HttpContext context, Visitor visitor, string goesOnTo)
    {
        var before = VisitorOf(context.User);
        var isSame = before is not null && before.IsIdentified == visitor.IsIdentified && string.Equals(before.Login, visitor.Login, StringComparison.OrdinalIgnoreCase);
        if (isSame && !visitor.IsIdentified)
            visitor = visitor with { Grants = [.. visitor.Grants, .. before!.Grants.Where(grant => visitor.Grants.All(given => given.Seat != grant.Seat)).Take(20)] };
        List<Claim> claims = [new(Login, visitor.Login), .. visitor.Roles.Order().Select(role => new Claim(Role, role.ToString()))];
        if (visitor.IsIdentified) claims.Add(new(Identified, "true"));
        claims.AddRange(visitor.Grants.Select(grant => new Claim(Seat, string.Create(CultureInfo.InvariantCulture, $"{grant.Seat.Namespace} {grant.Seat.Name} {grant.Uid} {grant.Serial}"))));
        var identity = new ClaimsIdentity(claims, CookieAuthenticationDefaults.AuthenticationScheme, Login, Role);
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var properties = new AuthenticationProperties { IsPersistent = !visitor.IsIdentified, ExpiresUtc = now + (visitor.IsIdentified ? OfIdentified : OfInvited), AllowRefresh = true };
        if (visitor.IsIdentified) properties.Items[Begun] = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, new(identity), properties);
        if (isSame) return goesOnTo;
        var portal = context.RequestServices.GetRequiredService<PortalOptions>();
        if (before is { IsIdentified: true }) OpenIdSignIn.AskAnew(context, portal);
        return EnteredHosts.WayOut(context, goesOnTo, portal);
    }

    /// <summary>Ends a session that has lasted long enough.</summary>
    public static Task EndWhenOldAsync(CookieValidatePrincipalContext context)
    {
        var now = context.HttpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var isGood = VisitorOf(context.Principal) is not { IsIdentified: true }
            || (context.Properties.Items.TryGetValue(Begun, out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var begun) && now - DateTimeOffset.FromUnixTimeSeconds(begun) < LongestOfIdentified);
        if (isGood) return Task.CompletedTask;
        context.RejectPrincipal();
        return context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    }
}
