namespace MesoNet.IAaS.Portal.Hosting;

/// <summary>
/// The answers of this page or endpoint are compressed over HTTPS too. Not for what shows a secret that stays the same beside text that somebody else may
/// choose (invitation links): the length of such an answer could be made to tell it, which is the attack named BREACH. Forms' tokens differ with each answer.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class CompressedAttribute : Attribute
{
    private static readonly string[] Types = ["text/html", "text/css", "text/javascript", "application/json"];

    /// <summary>Adds what compresses. A stream of events is none of its types, and goes on line by line.</summary>
    public static void Add(IServiceCollection services) => services.AddResponseCompression(compression => (compression.MimeTypes, compression.EnableForHttps) = (Types, true));

    /// <summary>Compresses what carries the attribute, and nothing else; stands after the routing.</summary>
    public static void Use(IApplicationBuilder app) => app.UseWhen(
        context => context.GetEndpoint()?.Metadata.GetMetadata<CompressedAttribute>() is not null, compressed => compressed.UseResponseCompression());
}
