using System.CommandLine.Parsing;

namespace MesoNet.IAaS.Portal.Hosting;

/// <summary>The portal's address as browsers see it, on a command line: scheme, host and port.</summary>
internal static class PublicUrl
{
    /// <summary>Reads it; null, with a sentence that says what to change, where it is none.</summary>
    public static Uri? Parse(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && url.PathAndQuery == "/") return url;
        argument.AddError($"{(argument.Parent as OptionResult)?.Option.Name} takes an address without a path, such as https://portal.example.org, not '{text}'.");
        return null;
    }
}
