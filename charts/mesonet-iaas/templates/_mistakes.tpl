{{/* What must be right before anything is installed, each with a sentence that says what to change. */}}
{{- define "mesonet.mistakes" -}}
{{- if ne .Release.Namespace "mesonet-system" }}
{{- fail "MesoNet IaaS is installed in the namespace mesonet-system: add --namespace mesonet-system." }}
{{- end }}
{{- if not (regexMatch "^https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]+)?$" .Values.publicUrl) }}
{{- fail (printf "publicUrl must be the portal as browsers see it, without a path, such as https://portal.example.org; it is %q." .Values.publicUrl) }}
{{- end }}
{{- if not (regexMatch "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]+)?$" .Values.seatsDomain) }}
{{- fail (printf "seatsDomain must be the domain below which each notebook has a host of its own, such as notebooks.example.org; it is %q." .Values.seatsDomain) }}
{{- end }}
{{- if not (regexMatch "^(https://[^/]+:[0-9]+)?$" .Values.kubernetesApi) }}
{{- fail (printf "kubernetesApi must be an address with a port, such as https://192.0.2.1:6443, or empty; it is %q." .Values.kubernetesApi) }}
{{- end }}
{{- $networks := .Values.gateway.trustedProxies | default list }}
{{- range .Values.networks }}
{{- $networks = concat $networks . }}
{{- end }}
{{- range $networks }}
{{- if not (regexMatch "^((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}/(3[0-2]|[12]?[0-9])|[0-9a-fA-F:]*:[0-9a-fA-F:.]*/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))$" .) }}
{{- fail (printf "%q is no network; write it as 192.0.2.0/24 or 2001:db8::/32." .) }}
{{- end }}
{{- end }}
{{- if eq (include "mesonet.portalHost" .) (regexReplaceAll ":[0-9]+$" .Values.seatsDomain "") }}
{{- fail "seatsDomain must be another name than the portal's: each notebook has a host of its own below it." }}
{{- end }}
{{- if and .Values.ingress.enabled .Values.networks (not .Values.gateway.trustedProxies) }}
{{- fail "networks tell visitors apart by their addresses, and behind an Ingress all come from its controller: name that in gateway.trustedProxies." }}
{{- end }}
{{- if and .Values.portal.oidc.authority (or (not .Values.portal.oidc.clientId) (not .Values.portal.oidc.clientSecretName)) }}
{{- fail "portal.oidc.authority needs portal.oidc.clientId and portal.oidc.clientSecretName beside it." }}
{{- end }}
{{- with lookup "v1" "Namespace" "" .Release.Namespace }}
{{- if ne (dig "metadata" "labels" "mesonet.fr/gateway" "" .) "true" }}
{{- fail "The notebooks let in only pods of namespaces that are labelled as a gateway's: kubectl label namespace mesonet-system mesonet.fr/gateway=true" }}
{{- end }}
{{- end }}
{{- end }}
