{{/* images/gateway/nginx.conf, filled in as GatewayConfiguration.cs fills it in; a test holds the two side by side. */}}
{{- define "mesonet.nginx" -}}
{{- $realIp := "" }}
{{- $trusted := "" }}
{{- range .Values.gateway.trustedProxies }}
{{- $realIp = printf "%s  set_real_ip_from %s;\n" $realIp . }}
{{- $trusted = printf "%s    %s 1;\n" $trusted . }}
{{- end }}
{{- .Files.Get "files/nginx.conf"
  | replace "@WORKERS@" (toString .Values.gateway.workers)
  | replace "@RUN_FOLDER@" "/run/mesonet"
  | replace "@ACCESS_LOG@" "/dev/stdout"
  | replace "@LISTEN@" .Values.gateway.listen
  | replace "@PORTAL@" "127.0.0.1:8081"
  | replace "@PORTAL_HOST@" (include "mesonet.portalHost" .)
  | replace "@SEATS_DOMAIN@" (regexReplaceAll ":[0-9]+$" .Values.seatsDomain "" | replace "." "\\.")
  | replace "@REAL_IP_FROM@" $realIp
  | replace "@TRUSTED_PROXIES@" $trusted }}
{{- end }}

{{- define "mesonet.portalHost" -}}
{{- regexReplaceAll ":[0-9]+$" (urlParse .Values.publicUrl).host "" }}
{{- end }}

{{- define "mesonet.gatewayPort" -}}
{{- regexFind "[0-9]+$" .Values.gateway.listen }}
{{- end }}
